import { describe, expect, test } from 'vitest'
import { pythonOfDockerfile } from '../../src/project-files/dockerfile/python.ts'

describe('the image', () => {
  test.each<[image: string, python: string | undefined]>([
    ['python:3.11', '3.11'],
    ['python:3.11.7-slim-bookworm', '3.11.7'],
    ['python:3.11-slim@sha256:4c1b', '3.11'],
    ['python:3.13.0rc2-slim', '3.13'],
    ['python:3.14-rc', '3.14'],
    ['docker.io/library/python:3.12-alpine', '3.12'],
    ['registry.example.org:5000/mirror/python:3.10', '3.10'],
    ['public.ecr.aws/lambda/python:3.11.2024.01.05', '3.11'],
    ['mcr.microsoft.com/devcontainers/python:1-3.11-bullseye', '3.11'],
    ['mcr.microsoft.com/azure-functions/python:4-python3.11', '3.11'],
    ['ghcr.io/astral-sh/uv:python3.12-bookworm-slim', '3.12'],
    ['ghcr.io/astral-sh/uv:0.9.2-python3.12-trixie', '3.12'],
    ['tiangolo/uvicorn-gunicorn-fastapi:python3.9', '3.9'],
    ['jupyter/scipy-notebook:python-3.10.5', '3.10.5'],
    ['registry.example.org/ubi9/python-311:latest', '3.11'],
    ['registry.example.org/ubi9/python-312-minimal', '3.12'],
    ['rayproject/ray:2.9.0-py310-cpu', '3.10'],
    ['python', undefined],
    ['python:3', undefined],
    ['python:3-slim', undefined],
    ['python:latest', undefined],
    ['python:slim', undefined],
    ['python:2.7', undefined],
    ['python:${VERSION}', undefined],
    ['pypy:3.10', undefined],
    ['ghcr.io/astral-sh/uv:pypy3.10', undefined],
    ['gcr.io/distroless/python3-debian12', undefined],
    ['pytorch/pytorch:2.3.1-cuda12.1-cudnn8-runtime', undefined],
    ['python.example.org/app:3.11', undefined],
    ['ubuntu:22.04', undefined],
    ['scratch', undefined],
  ])('%s', async (image, python) => {
    expect(await pythonOfDockerfile(`FROM ${image}\n`)).toEqual(python === undefined ? undefined : { python, line: 1 })
  })
})

describe('the Dockerfile', () => {
  test.each<[id: string, text: string, python: string | undefined, line?: number]>([
    ['lower case, flags, a name', 'from --platform=$BUILDPLATFORM python:3.11 as build', '3.11', 1],
    ['CRLF', '# syntax=docker/dockerfile:1\r\nFROM python:3.11\r\n', '3.11', 2],
    ['over two lines', '# x\nFROM \\\n  # which\n  python:3.11\n', '3.11', 2],
    ['over two lines, with another escape', '# escape=`\nRUN dir `\n  C:\\\nFROM python:3.11\n', '3.11', 4],
    ['the last stage', 'FROM python:3.11 AS a\nFROM python:3.12\n', '3.12', 2],
    [
      'the stage that the last one starts from',
      'FROM python:3.11 AS Base\nFROM python:3.12 AS docs\nFROM base\n',
      '3.11',
      1,
    ],
    ['a last stage without Python', 'FROM python:3.11 AS api\nFROM node:20 AS web\nFROM nginx\n', '3.11', 1],
    ['an argument', 'ARG PYTHON_VERSION=3.11\nFROM python:$PYTHON_VERSION\n', '3.11', 2],
    ['an argument in quotes', 'ARG V="3.11"\nFROM python:${V}-slim\n', '3.11', 2],
    ['an argument made of another, on one line', 'ARG V=3.11 TAG="${V}.4-slim"\nFROM python:${TAG}\n', '3.11.4', 2],
    ['an argument for the whole image', 'ARG BASE=python:3.11-slim\nFROM ${BASE}\n', '3.11', 2],
    ['an argument with a default where it is used', 'ARG V\nFROM python:${V:-3.11}\n', '3.11', 2],
    ['an argument of a stage is none of the next image', 'FROM python:3.11\nARG V=3.12\nFROM python:$V\n', '3.11', 1],
    ['an argument that only the build gives', 'ARG V\nFROM python:$V-slim\n', undefined],
    [
      'words that only look like a stage',
      'FROM python:3.11\nRUN python <<EOF\nfrom pathlib import Path\nEOF\n',
      '3.11',
      1,
    ],
    ['a here-document', 'FROM debian\nRUN <<EOF\napt-get update\nuv python install 3.12\nEOF\n', '3.12', 4],
    ['a shell with a script', 'FROM debian\nRUN bash -c "uv python install 3.12"\n', '3.12', 2],
    ['a comment', '# FROM python:3.10\nFROM debian\n', undefined],
    ['a query in a command', 'FROM python:3.11\nRUN psql -c "select 1 \\\n  FROM python:3.9"\n', '3.11', 1],
    ['no Dockerfile at all', '\0\x01\ufffd', undefined],
    ['nothing', '', undefined],
  ])('%s', async (_, text, python, line) => {
    expect(await pythonOfDockerfile(text)).toEqual(python === undefined ? undefined : { python, line })
  })
})
