"""What the addresses of REST are made of.

A view says whom each method lets in (`access`), what its lists may be filtered by (`filter_class`) and
which shape it shows (`serializer_class`); the rest is the same everywhere.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, cast

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from rest_framework import generics, serializers
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.models import User

from .asking import (
    FIELDS,
    PAGING,
    Filters,
    read_fields,
    read_filters,
    refuse_unknown,
    refuse_unknown_fields,
)
from .paging import ById
from .parsers import BoundedJSONParser
from .scopes import Access
from .services.idempotency import answer_once
from .versions import demand_match, etag_of, is_known

MAX_KEY_CHARS = 255
Handler = Callable[..., HttpResponseBase]


class RestView(generics.GenericAPIView[Any]):
    """One address. Its POST takes an Idempotency-Key, whoever wrote it."""

    access: ClassVar[Mapping[str, Access]] = {}
    refuses: ClassVar[Mapping[int, str]] = {}  # what it alone may answer besides, in words
    # What changes by itself beside what people change: it is of no version, and read anew each time.
    unversioned: ClassVar[frozenset[str]] = frozenset()
    filter_class: ClassVar[type[Filters]] = Filters
    parser_classes = [BoundedJSONParser]
    renderer_classes = [JSONRenderer]
    pagination_class: Any = None
    wanted: dict[str, Any] = {}
    chosen: list[str] = []

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "post" in vars(cls):
            cls.post = _once(cls.post)  # type: ignore[attr-defined]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.enter(request)
        is_read = request.method in ("GET", "HEAD")
        refuse_unknown(request, self.parameters() if is_read else ())
        if is_read:
            self.wanted = read_filters(request, self.filter_class)
            if shape := self.get_shape():
                self.chosen = read_fields(request, shape().fields)

    def enter(self, request: Request) -> None:
        """Find what the address is about. Raises what keeps this person out."""

    def parameters(self) -> list[str]:
        """Return the names that the query of a GET may have."""
        paging = PAGING if self.pagination_class else ()
        shape = (FIELDS,) if self.get_shape() else ()
        return [*self.filter_class().fields, *paging, *shape]

    def get_shape(self) -> type[serializers.Serializer[Any]] | None:
        """Return the shape of what a GET shows, None where it shows no fields."""
        return cast("type[serializers.Serializer[Any]] | None", self.serializer_class)

    def get_serializer(self, *args: Any, **options: Any) -> Any:
        """Return the shape with the fields that were asked for."""
        serializer = super().get_serializer(*args, **options)
        shape: Any = getattr(serializer, "child", serializer)
        for name in set(shape.fields) - set(self.chosen) if self.chosen else ():
            shape.fields.pop(name)
        return serializer

    def read(self, shape: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """Return the body as the shape has it. Raises ValidationError naming each wrong field, and
        each that there is not: one that is misspelt would be lost without a word.
        """
        serializer = shape(data=self.request.data, context=self.get_serializer_context(), **options)
        if isinstance(self.request.data, dict):
            refuse_unknown_fields(self.request.data, serializer.fields)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def read_nothing(self) -> None:
        """Raise ValidationError where the body of an act that takes none holds something."""
        try:
            body = self.request.data
        except UnsupportedMediaType:  # an empty form, as some clients send where there is no body
            return
        if body:
            refuse_unknown_fields(body if isinstance(body, dict) else ["body"], ())

    def show(self, row: Any, status: int = 200) -> HttpResponse:
        """Answer with one thing and its version; 304 where the sender has it."""
        whole = self.whole(row)
        etag = self.etag(row, whole)
        may_be_known = self.request.method in ("GET", "HEAD") and not self.unversioned
        if may_be_known and is_known(self.request, etag):
            return HttpResponseNotModified(headers={"ETag": etag})
        shown = {name: whole[name] for name in self.chosen} if self.chosen else whole
        return Response(shown, status=status, headers={"ETag": etag})

    def whole(self, row: Any) -> dict[str, Any]:
        shape = self.get_shape()
        assert shape is not None, "a view that shows something says its shape"
        return dict(shape(row, context=self.get_serializer_context()).data)

    def demand_match(self, row: Any) -> None:
        """Raises where the sender did not read this very version; call it with the row locked."""
        demand_match(self.request, self.etag(row, self.whole(row)))

    def etag(self, row: Any, whole: dict[str, Any]) -> str:
        """Return the ETag of what is shown `whole` of a row."""
        return etag_of({name: whole[name] for name in whole if name not in self.unversioned})


class RestList(ListModelMixin, RestView):
    """Rows by id, page by page: define `get_queryset`, which may ask `self.wanted`."""

    pagination_class: Any = ById

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


def _once(post: Handler) -> Handler:
    """Let a POST with an Idempotency-Key be done once, however often it is sent."""

    @wraps(post)
    def wrapped(self: RestView, request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(self, request, *args, **kwargs)
        assert isinstance(request.user, User), "permissions let nobody else in"
        if not 1 <= len(key) <= MAX_KEY_CHARS or not key.isprintable():
            words = f"1 to {MAX_KEY_CHARS} characters that can be printed, such as a UUID."
            raise ValidationError({"Idempotency-Key": [words]})
        return answer_once(
            user=request.user,
            key=key,
            fingerprint=_fingerprint(request),
            act=lambda: post(self, request, *args, **kwargs),  # type: ignore[arg-type, return-value]
        )

    wrapped.__signature__ = inspect.signature(post)  # type: ignore[attr-defined]
    return wrapped


def _fingerprint(request: Request) -> str:
    # Nothing has looked at the body yet: it may hold numbers that no answer could.
    content = json.dumps(request.data, sort_keys=True, default=str)
    address = f"{request.method} {request.path_info}\0"
    return hashlib.sha256((address + content).encode()).hexdigest()
