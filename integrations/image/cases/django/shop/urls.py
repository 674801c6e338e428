import torch
from django.db import connection
from django.http import JsonResponse
from django.urls import path


def health(request):
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists visits (at text)")
        cursor.execute("insert into visits values (datetime())")
    return JsonResponse({"torch": torch.__version__})


urlpatterns = [path("health", health)]
