"""Uploads an exported folder to the Hugging Face hub: only when asked to, only with HF_TOKEN from the environment, private unless said otherwise."""

import os
from pathlib import Path

from assistant.errors import AdapterError
from assistant.models.source import online


def check_push(name: str) -> str:
    """The token; AdapterError when there is none, or for a name that is no owner/name. Called before anything is exported."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise AdapterError(f"--push {name!r} is no name on the hub ({error}); write owner/name") from None
    if name.count("/") != 1:
        raise AdapterError(f"--push {name!r} names no owner; write owner/name")
    token = os.environ.get("HF_TOKEN", "").strip()
    if not token:
        raise AdapterError("--push needs HF_TOKEN in the environment, a token with the right to write (https://huggingface.co/settings/tokens)")
    return token


def push(folder: Path, name: str, token: str, public: bool) -> str:
    """The address of the repository that now holds the folder; AdapterError when the hub refuses."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    hub = HfApi(token=token)
    try:
        with online():
            made = hub.create_repo(name, private=not public, exist_ok=True)
            if not public and not hub.repo_info(name).private:
                raise AdapterError(f"{name} is there already and public; give --public if everybody may have this, or another name")
            hub.upload_folder(repo_id=name, folder_path=folder, commit_message=f"{folder.name}")
    except (HfHubHTTPError, OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise AdapterError(f"{name} could not be uploaded ({first}); {folder} is complete, only the upload is missing") from None
    return str(made)
