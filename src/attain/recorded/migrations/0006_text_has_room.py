from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("recorded", "0005_editedrulebook"),
    ]

    operations = [
        Widen(
            model_name="cporclaim",
            name="changed_by",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="cporclaim",
            name="partner_id",
            field=models.CharField(db_index=True, max_length=200),
        ),
        Widen(
            model_name="cporclaim",
            name="recorded_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="cporclaim",
            name="removed_by",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="editedrulebook",
            name="uploaded_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="evidencecase",
            name="changed_by",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="evidencecase",
            name="partner_id",
            field=models.CharField(db_index=True, max_length=200),
        ),
        Widen(
            model_name="evidencecase",
            name="recorded_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="evidencecase",
            name="removed_by",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="evidencepack",
            name="attain",
            field=models.TextField(),
        ),
        Widen(
            model_name="evidencepack",
            name="facts",
            field=models.TextField(),
        ),
        Widen(
            model_name="evidencepack",
            name="made_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="evidencepack",
            name="made_role",
            field=models.TextField(),
        ),
        Widen(
            model_name="evidencepack",
            name="verdict",
            field=models.TextField(),
        ),
        Widen(
            model_name="purchase",
            name="partner_id",
            field=models.CharField(db_index=True, max_length=200),
        ),
        Widen(
            model_name="purchase",
            name="recorded_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="purchase",
            name="withdrawn_by",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="reportednumber",
            name="partner_id",
            field=models.CharField(db_index=True, max_length=200),
        ),
        Widen(
            model_name="reportednumber",
            name="recorded_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="resellercall",
            name="recorded_by",
            field=models.TextField(),
        ),
        Widen(
            model_name="savedscenario",
            name="partner_id",
            field=models.CharField(db_index=True, max_length=200),
        ),
        Widen(
            model_name="savedscenario",
            name="removed_by",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="savedscenario",
            name="saved_by",
            field=models.TextField(),
        ),
    ]
