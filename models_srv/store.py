"""Folders of models that several machines share: a place by its URL, and a local copy of what is used.

The place is whatever fsspec reaches (file://, s3://, gs://); a folder is whole there once its
manifest is, which is written last and says what the files add up to.
"""

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_srv.artifacts import folder_sha256, publish_folder
from models_srv.types import ModelMisconfigured, ModelUnavailable

MANIFEST = "{name}.manifest.json"


@dataclass(frozen=True)
class ArtifactStore:
    """The place at `url`, whose folders are copied into `cache` under the same names.

    Names are relative paths, such as training/sums/round-3/model. Methods raise ModelUnavailable
    where the place is away, and ModelMisconfigured for a folder that is not there, or not whole.
    """

    url: str
    cache: Path

    def publish(self, name: str) -> str:
        """Copy a folder of the cache to the place; return its sha256. One that is there stays."""
        folder = self.cache / name
        sha256 = folder_sha256(folder)
        try:
            if self._manifest(name) == sha256:
                return sha256
            files = self._files()
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                target = self._at(f"{name}/{path.relative_to(folder).as_posix()}")
                files.makedirs(target.rpartition("/")[0], exist_ok=True)
                files.put_file(str(path), target)
            files.pipe_file(self._at(MANIFEST.format(name=name)), _written(sha256))
        except OSError as error:
            raise ModelUnavailable(self._words(error)) from error
        return sha256

    def fetch(self, name: str) -> Path:
        """Return a folder's local copy, fetched and checked where there is none."""
        final = self.cache / name
        if final.is_dir():
            return final
        try:
            sha256 = self._manifest(name)
            if sha256 is None:
                raise ModelMisconfigured(f"{name} is neither here nor in {self.url}.")
            self._copy(name, sha256, final)
        except OSError as error:
            raise ModelUnavailable(self._words(error)) from error
        return final

    def _copy(self, name: str, sha256: str, final: Path) -> None:
        part = final.with_name(f".{final.name}.{secrets.token_hex(4)}.part")
        try:
            files, root = self._files(), self._at(name)
            for source in files.find(root):
                target = part / source.removeprefix(root).lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                files.get_file(source, str(target))
            found = folder_sha256(part)
            if found != sha256:
                raise ModelMisconfigured(
                    f"{name} did not arrive whole from {self.url}: its files add up to "
                    f"{found[:12]}… and not to {sha256[:12]}…."
                )
            if not final.is_dir():  # another worker of this machine may have been quicker
                publish_folder(part, final)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _manifest(self, name: str) -> str | None:
        try:
            kept = json.loads(self._files().cat_file(self._at(MANIFEST.format(name=name))))
        except FileNotFoundError:
            return None
        return str(kept["sha256"])

    def _files(self) -> Any:
        from fsspec.core import url_to_fs

        return url_to_fs(self.url)[0]

    def _at(self, name: str) -> str:
        from fsspec.core import url_to_fs

        root: str = url_to_fs(self.url)[1]
        return f"{root.rstrip('/')}/{name}"

    def _words(self, error: OSError) -> str:
        return f"The artifacts in {self.url} cannot be reached: {error or type(error).__name__}"


def _written(sha256: str) -> bytes:
    return json.dumps({"sha256": sha256}).encode()
