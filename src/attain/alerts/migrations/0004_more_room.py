from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0003_text_has_room"),
    ]

    operations = [
        Widen(
            model_name="attempt",
            name="words",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="delivery",
            name="words",
            field=models.TextField(blank=True),
        ),
    ]
