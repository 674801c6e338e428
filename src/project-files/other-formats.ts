/** A list of packages, or something else, that is not in the format of pip's requirements files. */
export interface OtherFormat {
  /** With an article: `a conda list`. */
  readonly what: string
  /** How to get a requirements file in its place: a sentence without a capital and a full stop. */
  readonly instead: string
}

const listed = 'python -m pip list --format=freeze > requirements.txt'
const freeze = 'write the packages as pip does: python -m pip freeze > requirements.txt'
/** `pip freeze` of a conda environment names folders of the machine that built the packages. */
const fromConda = `conda names and builds mean nothing to pip (pytorch is torch there): in that environment run ${listed}`
const savedPage = 'save the file itself: on GitHub and GitLab that is what the button Raw shows'
const fromPyproject =
  'name it if uv manages the project (torchpin rewrite pyproject.toml); else export a requirements file: uv pip compile pyproject.toml -o requirements.txt'
const fromPipfile = 'write its packages as requirements: pipenv requirements > requirements.txt'
const fromEnvironment =
  'conda installs it, and pip does not: list what pip is to install in a requirements.txt (python -m pip list --format=freeze prints what is there); for torch without CUDA in conda name pytorch-cpu, or pytorch with cpuonly'
const fromSetup = 'compile it: uv pip compile setup.py -o requirements.txt, or pip-compile -o requirements.txt setup.py'

const pyproject = { what: 'a project file in TOML', instead: fromPyproject }
const pipfile = { what: 'a project file of Pipenv', instead: fromPipfile }
const environment = { what: 'a conda environment file', instead: fromEnvironment }

const environmentName = /^environment[\w.-]*\.ya?ml$|^conda\.ya?ml$/

/** Whether a file is a conda environment, by its name. */
export function isEnvironmentName(name: string): boolean {
  return environmentName.test(name)
}

/** Files by whose names a project says what it needs, where it has no requirements file; the more telling first. */
const byName: readonly (readonly [name: RegExp, format: OtherFormat])[] = [
  [/^pyproject\.toml$/, pyproject],
  [/^Pipfile$/, { ...pipfile, instead: `${fromPipfile}; torchpin check Pipfile says what binds torch to CPU builds` }],
  [
    /^pylock(?:\.[^.]+)?\.toml$/,
    { what: 'an exported lock', instead: 'name it: another tool has made it from a project' },
  ],
  [environmentName, environment],
  [/^setup\.(?:py|cfg)$/, { what: 'a setup script', instead: fromSetup }],
]

/** What a file that is no requirements file begins with, or has in a line; the first that fits counts. */
const byText: readonly (readonly [looks: RegExp, format: OtherFormat])[] = [
  [/^\s*<(?:!doctype\b|html\b|\?xml\b|head\b)/i, { what: 'a web page', instead: savedPage }],
  [
    /^Package +(?:Version|Location)\b.*\r?\n-{3,}/m,
    {
      what: 'what pip list prints',
      instead: `take the list as requirements: ${listed}`,
    },
  ],
  [/^# packages in environment at /m, { what: 'a conda list', instead: fromConda }],
  [/^# Name +Version +Build\b/m, { what: 'a conda list', instead: fromConda }],
  [/^# \$ conda create --name /m, { what: 'a conda list (conda list --export)', instead: fromConda }],
  [/^@EXPLICIT\b/m, { what: 'a conda list (conda list --explicit)', instead: fromConda }],
  [/^[\w.-]+=[^=\s]+=[^=\s]+_\d+\s*$/m, { what: 'a conda list', instead: fromConda }],
  [
    /^(?:[a-z0-9_][\w.-]*[ \t]+\d[\w.!+]*[ \t]+\S*_\d+(?:[ \t]+\S+)?[ \t]*\r?\n){2}/im,
    { what: 'a conda list', instead: fromConda },
  ],
  [
    /^(?:[a-z0-9][\w.-]*[ \t]+\d[\w.!+-]*\r?\n){3}/im,
    {
      what: 'a list of names and versions',
      instead: `write == between them, or take the list as pip writes it: ${listed}`,
    },
  ],
  [/^(?:channels|dependencies):\s*$/m, environment],
  [/^ *Volume in drive [A-Z]\b|^ *Directory of [A-Z]:\\/m, { what: 'a folder listing (dir)', instead: freeze }],
  [/^[-dlbcps](?:[r-][w-][xsStT-]){3}[.+@]? +\d+ +\S/m, { what: 'a folder listing (ls -l)', instead: freeze }],
  [
    /^Mode +LastWriteTime +Length +Name\b|^ *Directory: [A-Z]:\\/m,
    { what: 'a folder listing (PowerShell)', instead: freeze },
  ],
  [
    /^[ \t]*(?:Requirement already satisfied: |Collecting [\w.-]+|Successfully installed |Installing collected packages: |Looking in indexes: )/m,
    { what: 'the log of an installation', instead: freeze },
  ],
  [/^Traceback \(most recent call last\):/m, { what: 'an error message of Python', instead: freeze }],
  [/^\[\[source\]\]|^\[(?:dev-)?packages\]\s*$/m, pipfile],
  [
    /^\[\[package\]\]\s*$|^lock-version\s*=/m,
    {
      what: 'a lock file',
      instead: 'export it: uv export --no-hashes -o requirements.txt, or poetry export -o requirements.txt',
    },
  ],
  [/^\[(?:project|build-system|tool\.[\w.-]+)\]\s*$/m, pyproject],
  [/^[ \t]*(?:from setuptools import|import setuptools|setup\()/m, { what: 'a setup script', instead: fromSetup }],
  [
    /^FROM [\w./:@-]+(?: AS [\w.-]+)?\s*$/m,
    { what: 'a Dockerfile', instead: 'torchpin docker check looks through it' },
  ],
  [/^\s*[[{]\s*(?:["{[]|$)/, { what: 'JSON', instead: freeze }],
]

/** Characters that are looked at: what a file is shows at its beginning. */
const BEGINNING = 20_000

/**
 * What a text is that somebody took for a requirements file. To be asked of texts that have lines no requirements file has:
 * some of these words may stand in a comment of one.
 *
 * @returns undefined where it looks like nothing that is known
 */
export function formatOf(text: string): OtherFormat | undefined {
  const beginning = text.slice(0, BEGINNING)
  return byText.find(([looks]) => looks.test(beginning))?.[1]
}

/** A file among those of a folder in which a project says what it needs, in another format than pip's. */
export function otherFormatAmong(names: readonly string[]): (OtherFormat & { readonly name: string }) | undefined {
  for (const [looks, format] of byName) {
    const name = names.find(name => looks.test(name))
    if (name !== undefined) return { ...format, name }
  }
  return undefined
}
