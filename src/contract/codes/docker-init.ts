import type { CodePage } from './page.ts'

/** What `docker init` asks for, in the Dockerfile and in its report. */
export const initCodes = {
  'init-copy-ignored': {
    title: 'A .dockerignore leaves out what the Dockerfile copies',
    why: 'The .dockerignore was there before and stays as it is. What it leaves out is not in the build context, so the COPY fails, or the image lacks files.',
    fix: 'Take the pattern out, or re-include the path with a line that begins with `!` further down.',
    example: '*.txt\n!requirements.txt',
    symptoms: ['failed to compute cache key … not found', 'COPY failed: file not found in build context'],
  },
  'init-development-server': {
    title: 'The image starts the development server of a framework',
    why: '`flask run` and `manage.py runserver` are what the framework brings, and the project installs no other server. They serve one developer: no workers, no limits.',
    fix: 'Add gunicorn to what is installed and write the Dockerfile anew.',
    example: 'gunicorn --bind 0.0.0.0:8000 app:app',
  },
  'init-entry-point-guessed': {
    title: 'Several things could be what the image starts',
    why: 'An image starts one command. The one chosen lies nearest to the top and has a usual name (main.py, app.py); the comment lists the others.',
    fix: 'Say which: `--entry-point`, or edit CMD. Two applications are two images: run docker init in the folder of each.',
    example: 'torchpin docker init --force --entry-point "uvicorn api.main:app --host 0.0.0.0"',
  },
  'init-entry-point-unknown': {
    title: 'Nothing shows how the application starts',
    why: 'No Procfile, no application object of FastAPI, Starlette, Litestar, Quart, Flask or Django, no Streamlit or Gradio page, no command in pyproject.toml, no __main__.py, no main.py or app.py. Code is read and never run, so an application that is put together in another way is not seen. CMD fails until it is replaced.',
    fix: 'Write the command as a list of words in CMD, and its port in EXPOSE; or give it with `--entry-point` and `--port`.',
    example: 'torchpin docker init --force --entry-point "python -m worker"',
  },
  'init-file-kept': {
    title: 'A file was there and stays as it is',
    why: 'docker init never overwrites a Dockerfile or a .dockerignore that somebody wrote. It writes what is missing.',
    fix: 'Nothing, where that is meant; else `--force`, after a look at `--dry-run --force`.',
  },
  'init-listens-locally': {
    title: 'The application listens to the container alone',
    why: 'Bound to 127.0.0.1 or localhost it answers inside of the container and to nobody else, whatever ports are published.',
    fix: 'Bind to 0.0.0.0 in the code, or read the address from the environment.',
    symptoms: ['Connection reset by peer', 'Empty reply from server'],
  },
  'init-lock-missing': {
    title: 'The project has no lock file',
    why: 'Without one each build resolves anew, and installs what is newest that day: a build that worked can fail, or bring CUDA in.',
    fix: 'Make the lock file (uv lock, poetry lock, pipenv lock), commit it, and write the Dockerfile anew.',
  },
  'init-outside-context': {
    title: 'Something that is installed lies outside of the folder that is built',
    why: 'An image is built from one folder, and COPY reaches nothing outside of it.',
    fix: 'Build from the folder that holds both (docker build -f service/Dockerfile .), or bring the file in.',
    symptoms: ['forbidden path outside the build context'],
  },
  'init-port-unknown': {
    title: 'Which port the image listens on is not known',
    why: 'EXPOSE documents the port for people and tools; it opens none. Neither the command nor the code names one.',
    fix: 'Add EXPOSE, or give the port with `--port`. A program that serves nothing needs neither.',
  },
  'init-python-assumed': {
    title: 'Nothing says which Python this runs on',
    why: 'No file of the repository states one: no .python-version, no header of a compiled file, no CI job. The newest Python is taken that nothing speaks against of what the cache and the snapshot know of the requirements.',
    fix: 'Write the version into .python-version, or give it with `--python`.',
    example: 'echo 3.12 > .python-version',
  },
  'init-python-without-torch': {
    title: 'The Python that the repository names has no CPU wheel of the torch that it asks for',
    why: 'Each release of torch has wheels for some Pythons only, whatever its metadata allows. pip then finds no matching distribution.',
    fix: 'Take another Python or another torch; `torchpin versions torch` shows what goes together.',
  },
  'init-requirements-guessed': {
    title: 'Several requirements files could be what the image installs',
    why: 'The one for production goes before requirements.txt, then what others build on. What is named for development, tests, documentation or GPUs is left out.',
    fix: 'Change the name in the Dockerfile where another one is meant.',
  },
  'init-requirements-unknown': {
    title: 'Nothing says what is to be installed',
    why: 'There is no requirements file, no pyproject.toml with dependencies, no lock file and no setup.py. torchpin does not guess packages from imports: names of modules are not names of packages.',
    fix: 'Write a requirements.txt, and run docker init --force.',
  },
  'init-secret-needed': {
    title: 'A requirements file reads a variable, most likely a password',
    why: 'A build does not see the environment of the shell. As ARG or ENV the value would stay in the image for everybody who has it; a build secret is there for one RUN only.',
    fix: 'Pass it as a secret.',
    example: 'docker build --secret id=INDEX_TOKEN,env=INDEX_TOKEN .',
  },
  'init-server-missing': {
    title: 'The server that starts the application is not installed',
    why: 'FastAPI and its like are objects that a server runs, and the project does not name one. What a dependency brings along is not known without resolving.',
    fix: 'Add uvicorn (or fastapi[standard]) to what is installed.',
    symptoms: ['exec: "uvicorn": executable file not found in $PATH'],
  },
  'init-torch-not-cpu-only': {
    title: 'What the image installs does not keep CUDA builds of torch out',
    why: 'torch is not pinned to a CPU build, comes along with another package, or is pinned to CUDA. For a requirements file the Dockerfile names the CPU index and a release itself where that is enough, and proves the result; a lock file has to be made with the CPU index.',
    fix: 'Run torchpin rewrite on the requirements file; for a project bind torch to the CPU index and lock anew.',
    example: 'torchpin rewrite requirements.txt\ntorchpin docker init --force',
  },
} as const satisfies Readonly<Record<string, CodePage>>
