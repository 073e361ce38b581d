"""Stamps: a mark of a parent that is another one after every change of its rows, so that counts of them are kept while they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import uuid4

from django.db import models, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = TypeVar("Row", bound="Stamping")


def new_stamp() -> str:
    """Give a stamp that was never there before; a number would come again when a backup is restored."""
    return uuid4().hex


class StampingRows(models.QuerySet[Row]):
    """Rows that renew the `rows_stamp` of their parents with every change, in the same transaction."""

    def update(self, **kwargs: Any) -> int:
        """Change rows; see `QuerySet.update`."""
        with transaction.atomic(self.db):
            parents = self._parents()
            changed = super().update(**kwargs)
            for name in (self.model.stamps, f"{self.model.stamps}_id"):
                if name in kwargs:
                    parents.add(getattr(kwargs[name], "pk", kwargs[name]))
            self.model.renew(parents)
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        """Remove rows; see `QuerySet.delete`."""
        with transaction.atomic(self.db):
            parents = self._parents()
            removed = super().delete()
            self.model.renew(parents)
        return removed

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        """Add rows; see `QuerySet.bulk_create`."""
        rows = list(objs)
        with transaction.atomic(self.db):
            made = super().bulk_create(rows, *args, **kwargs)
            self.model.renew({row.parent for row in rows})
        return made

    def _parents(self) -> set[Any]:
        return set(self.order_by().values_list(f"{self.model.stamps}_id", flat=True).distinct())


class Stamping(models.Model):
    """A row that renews the `rows_stamp` of the parent that its field `stamps` names; its manager is one of `StampingRows`.

    A row that goes because its parent goes needs no stamp; what removes rows along with another of their parents renews it itself.
    """

    stamps: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; see `Model.save`."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.renew({self.parent})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the row; see `Model.delete`."""
        with transaction.atomic():
            removed = super().delete(*args, **kwargs)
            self.renew({self.parent})
        return removed

    @property
    def parent(self) -> Any:
        """Give the key of the parent."""
        return getattr(self, f"{self.stamps}_id")

    @classmethod
    def renew(cls, parents: set[Any]) -> None:
        """Give parents a new stamp."""
        parent = cls._meta.get_field(cls.stamps).related_model
        assert isinstance(parent, type), "the field names a model"
        if parents:
            parent._base_manager.filter(pk__in=parents).update(rows_stamp=new_stamp())
