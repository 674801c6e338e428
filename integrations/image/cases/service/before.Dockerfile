FROM python:3.11-slim-bookworm
WORKDIR /app
RUN apt-get update && apt-get install -y build-essential git curl
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
EXPOSE 8000
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
