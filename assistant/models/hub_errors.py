"""Around requests to Hugging Face: what goes wrong becomes one line that says what came, what is possible and what to do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.errors import ModelError
from assistant.models.candidate import UNCHANGED
from assistant.models.catalogue import hint, known
from assistant.models.source import online


@contextmanager
def asking(name: str) -> Iterator[None]:
    """The hub may be asked, and is silent on the terminal; ModelError for whatever goes wrong."""
    from huggingface_hub import errors
    from huggingface_hub.utils import logging as hub_logging

    before = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.CRITICAL)
    try:
        with online():
            yield
    except ModelError:
        raise
    except KeyboardInterrupt:
        raise ModelError(f"stopped; what has come of {name} is kept, and the same command goes on from there; {UNCHANGED}") from None
    except errors.HFValidationError:
        raise ModelError(f"{name!r} is neither a folder nor a Hugging Face id; {hint(name)}; {UNCHANGED}") from None
    except errors.GatedRepoError:
        raise ModelError(_gated(name)) from None
    except errors.RepositoryNotFoundError:
        raise ModelError(f"the hub has no model {name!r} (or only for whoever has its key, in HF_TOKEN); {hint(name)}; {UNCHANGED}") from None
    except errors.HfHubHTTPError as error:
        raise ModelError(_refused(name, error)) from None
    except Exception as error:
        if _of_the_network(error):
            raise ModelError(_unreachable(name)) from None
        if isinstance(error, OSError):
            raise ModelError(f"{name} could not be fetched: {error}; the same command goes on from there; {UNCHANGED}") from None
        raise
    finally:
        hub_logging.set_verbosity(before)


def _of_the_network(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, is one of connections: of the hub's HTTP client, or said by the hub without a response."""
    from huggingface_hub import errors

    if error is None:
        return False
    client = type(error).__module__.partition(".")[0] in {"httpx", "httpx2", "httpcore", "httpcore2"}
    return client or isinstance(error, errors.OfflineModeIsEnabled | errors.LocalEntryNotFoundError) or _of_the_network(error.__cause__)


def _unreachable(name: str) -> str:
    from assistant import OFFLINE_ASKED

    if OFFLINE_ASKED:
        return f"{name} is not on this machine and HF_HUB_OFFLINE forbids to fetch it; unset it, or give a folder; {UNCHANGED}"
    from huggingface_hub import constants

    return (
        f"{constants.ENDPOINT} does not answer, and {name} is not whole on this machine; check the network (HF_ENDPOINT names a mirror, HTTPS_PROXY a proxy), "
        f"run the same command again, or copy the model here and give its folder; {UNCHANGED}"
    )


def _gated(name: str) -> str:
    from huggingface_hub import constants, get_token

    row = known(name)
    licence = f" ({row.licence})" if row else ""
    page = f"{constants.ENDPOINT}/{name}"
    if get_token():
        return f"{name} is gated{licence} and your HF_TOKEN has no access to it yet; ask for it at {page}; {UNCHANGED}"
    return f"{name} is gated{licence}: accept its terms at {page}, make a token there, set HF_TOKEN to it and run the same command again; {UNCHANGED}"


def _refused(name: str, error: Any) -> str:
    status = getattr(getattr(error, "response", None), "status_code", 0)
    if status == 401:
        return f"the hub does not accept your HF_TOKEN; make a new one, or unset it for open models; {UNCHANGED}"
    if status == 403:
        return f"the hub forbids {name} to this HF_TOKEN; give the token the right to read it; {UNCHANGED}"
    return f"the hub answers {status or 'with an error'} for {name}; try again later; {UNCHANGED}"
