from typing import Any

from django.db import migrations, models
from django.db.models.functions import Left, Length

LENGTH = 200


def cut(apps: Any, schema_editor: Any) -> None:
    for name in ("PublishedPartner", "PortfolioRow"):
        rows = apps.get_model("published", name)._base_manager.using(schema_editor.connection.alias)
        rows.annotate(length=Length("name_folded")).filter(length__gt=LENGTH).update(name_folded=Left("name_folded", LENGTH))


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0007_text_has_room"),
    ]

    operations = [
        migrations.RunPython(cut, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="portfoliorow",
            name="name_folded",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="publishedpartner",
            name="name_folded",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
