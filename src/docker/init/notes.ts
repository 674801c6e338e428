import type { initCodes } from '../../contract/codes/docker-init.ts'
import { firstNames } from '../../text/lists.ts'
import type { EntryPoints } from './entry-points/find.ts'
import type { ImageInstall } from './install.ts'

/** The part of a Dockerfile that a note stands in. */
export type Place = 'base' | 'install' | 'torch' | 'start'

/** Something that is not known, or not as it should be: it stands in the Dockerfile as a comment, and in the report. */
export interface Note {
  readonly code: keyof typeof initCodes
  readonly level: 'warning' | 'info'
  readonly place: Place
  /** One sentence without a full stop. */
  readonly message: string
  /** What to do, as one sentence without a full stop. */
  readonly hint: string
}

/** Files that say what is needed, and that no install reads. */
export interface Elsewhere {
  readonly conda: string | undefined
  /** A script with metadata of its own. */
  readonly script: string | undefined
}

/** How many names a note lists; the rest is counted. */
const MOST = 4

/** What there is to say about how the image installs. */
export function installNotes(
  { tool, source, locked, others, requirements, from }: ImageInstall,
  { conda, script }: Elsewhere,
): Note[] {
  const notes: Note[] = []
  const say = (code: Note['code'], level: Note['level'], message: string, hint: string) =>
    notes.push({ code, level, place: 'install', message, hint })
  if (tool === 'none')
    say(
      'init-requirements-unknown',
      'warning',
      script !== undefined
        ? `${script} says in its own metadata what it needs, which only uv run installs`
        : conda === undefined
          ? 'nothing says what this project needs installed'
          : `${conda} is for conda, and nothing says what pip would install`,
      script !== undefined
        ? `run uv export --script ${script} --no-hashes -o requirements.txt, torchpin rewrite and torchpin docker init --force`
        : 'write a requirements.txt and run torchpin docker init --force, or put the RUN lines that install here',
    )
  if (others.length > 0)
    say(
      'init-requirements-guessed',
      'info',
      `${source} is installed, and not ${firstNames(others, MOST)}`,
      'change the name here where another one is meant',
    )
  for (const path of requirements?.outside ?? [])
    say(
      'init-outside-context',
      'warning',
      `${source} brings in ${path}, which lies outside of the folder that is built`,
      'build from the folder that holds both, or copy it in here',
    )
  if (requirements && requirements.variables.length > 0)
    say(
      'init-secret-needed',
      'warning',
      `${source} reads ${requirements.variables.map(name => `\${${name}}`).join(', ')} from the environment`,
      `give it as a secret, which stays out of the image: docker build ${requirements.variables.map(name => `--secret id=${name},env=${name}`).join(' ')} .`,
    )
  if (from === 'project' && !locked && (tool === 'uv' || tool === 'poetry' || tool === 'pipenv'))
    say(
      'init-lock-missing',
      'warning',
      `${source} is not locked, so each build may install other releases`,
      `run ${tool} lock and then torchpin docker init --force`,
    )
  return notes
}

/** What there is to say about torch; `fixed`: the Dockerfile keeps CUDA out by itself. */
export function torchNotes({ needs: { torch }, tool, source, from }: ImageInstall, fixed: boolean): Note[] {
  if (torch.state !== 'open' && torch.state !== 'cuda') return []
  const rewritten = from === 'requirements'
  // What uv compiled for a backend is pinned and names no index; with the backend it is right.
  if (rewritten && tool === 'uv' && torch.state === 'open' && torch.loose.size === 0) return []
  const hint = rewritten
    ? `run torchpin rewrite ${source}${fixed ? ', after which the plain install is enough' : ' and torchpin docker init --force'}`
    : fixed
      ? 'pin torch to a CPU build where the project is developed too'
      : hints[tool]
  return [
    {
      code: 'init-torch-not-cpu-only',
      level: 'warning',
      place: 'torch',
      message: `${source} does not keep CUDA builds of torch out (${torch.source}: ${torch.because})`,
      hint,
    },
  ]
}

const hints: Readonly<Record<ImageInstall['tool'], string>> = {
  pip: 'take the CUDA lines out',
  uv: 'name https://download.pytorch.org/whl/cpu in [[tool.uv.index]] with explicit = true, bind torch to it in [tool.uv.sources], and run uv lock',
  poetry:
    'run poetry source add --priority=explicit pytorch-cpu https://download.pytorch.org/whl/cpu, then poetry add --source pytorch-cpu torch',
  pipenv:
    'name https://download.pytorch.org/whl/cpu as a [[source]] of the Pipfile, set its name as index of torch, and run pipenv lock',
  none: '',
}

/** What there is to say about how the application starts. */
export function startNotes({ best, others, notebooks }: EntryPoints, install: ImageInstall): Note[] {
  const notes: Note[] = []
  const say = (code: Note['code'], level: Note['level'], message: string, hint: string) =>
    notes.push({ code, level, place: 'start', message, hint })
  if (!best) {
    const found =
      notebooks.length > 0
        ? `there are only notebooks (${firstNames(notebooks, MOST)})`
        : 'no application, command or script was recognised'
    say(
      'init-entry-point-unknown',
      'warning',
      `torchpin could not tell how this starts: ${found}`,
      'write the command as a list of words in CMD, and the port it listens on in EXPOSE',
    )
    return notes
  }
  if (others.length > 0)
    say(
      'init-entry-point-guessed',
      'warning',
      `this starts ${best.source}, and could start ${firstNames(
        others.map(({ command, source }) => `${command.join(' ')} (${source})`),
        MOST,
      )}`,
      'which one is meant? --entry-point says it',
    )
  if (best.missingProgram !== undefined)
    say(
      'init-server-missing',
      'warning',
      `${best.missingProgram} starts the application and is not among what ${install.source || 'the image'} installs`,
      `add ${best.missingProgram} there`,
    )
  if (best.development)
    say(
      'init-development-server',
      'info',
      'this is the development server of the framework, since no other is installed',
      `add gunicorn${install.source === '' ? '' : ` to ${install.source}`} and run torchpin docker init --force for one that is meant for production`,
    )
  if (best.local)
    say(
      'init-listens-locally',
      'warning',
      `${best.file ?? best.source} binds to 127.0.0.1, where nothing outside of the container reaches it`,
      'bind to 0.0.0.0',
    )
  if (best.port === undefined)
    say(
      'init-port-unknown',
      'info',
      'which port this listens on is not known',
      'name it in EXPOSE, if it listens on any',
    )
  return notes
}
