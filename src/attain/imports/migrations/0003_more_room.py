from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0002_text_has_room"),
    ]

    operations = [
        Widen(
            model_name="importrun",
            name="store",
            field=models.TextField(),
        ),
    ]
