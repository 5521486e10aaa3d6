"""Puts a version live because a person says so: what no person can overrule is refused, what the gate found is not. Knows nothing of who asks."""

from typing import Any

from assistant.errors import AdapterError
from assistant.records import AdapterVersion, Told
from assistant.registry import Registry, card_value, damage


def promote(registry: Registry, version: AdapterVersion, reason: str) -> None:
    """Put it live; AdapterError for one that is damaged or does not answer as it was trained."""
    if fault := damage(version):
        text = f"{version.served_name} is damaged: {fault}; choose another: assistant adapters list {version.domain}"
        raise AdapterError(Told(text, "version-damaged", version=version.served_name, fault=fault))
    if failed := unproved(version):
        text = f"{version.served_name} does not answer as it was trained: {failed}; look with: assistant adapters prove {version.served_name}"
        raise AdapterError(Told(text, "version-unproved", version=version.served_name, failed=failed))
    registry.use(version, reason)


def unproved(version: AdapterVersion) -> str:
    """The proofs of parity that failed, with their causes; "" when none did."""
    proofs = card_value(version.card, "parity")
    failed = [proof for proof in proofs if isinstance(proof, dict) and not proof.get("passed")] if isinstance(proofs, list) else []
    return "; ".join(f"{proof.get('name')}: {proof.get('cause')}" for proof in failed)


def objections(version: AdapterVersion) -> tuple[str, ...]:
    """Why the gate kept a version from going live, one reason each; () where it would let it, or never looked at it."""
    verdict = judged(version)
    return () if verdict.get("live", True) else tuple(str(reason) for reason in verdict.get("reasons") or ())


def judged(version: AdapterVersion) -> dict[str, Any]:
    """What the gate decided of the version, as its card keeps it; {} where it never looked."""
    gate = card_value(version.card, "gate")
    verdict = gate if isinstance(gate, dict) else card_value(version.card, "verdict")
    return verdict if isinstance(verdict, dict) else {}
