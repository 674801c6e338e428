/** The Debian releases that the official Python images are made from. */
export type DebianRelease = 'bookworm' | 'trixie'

/** A package of Debian that a Python project needs, and why. */
export interface SystemPackage {
  readonly package: string
  /** `build`: to install the project; `run`: to use it. */
  readonly stage: 'build' | 'run'
  /** The project that needs it, by its canonical name. */
  readonly project: string
  /** A clause whose subject is the project. */
  readonly because: string
}

/** A name that Debian 13 changed in its move to 64-bit times, or one that all releases share. */
type Name = string | Readonly<Record<DebianRelease, string>>

interface Row {
  readonly projects: readonly string[]
  readonly build?: readonly Name[]
  readonly run?: readonly Name[]
  readonly because: string
}

const glib: Name = { bookworm: 'libglib2.0-0', trixie: 'libglib2.0-0t64' }

/**
 * What slim images lack and projects load or compile against. torch is not among them: its wheels carry a libgomp of
 * their own. Debian's names were looked up for both releases.
 */
const rows: readonly Row[] = [
  { projects: ['lightgbm'], run: ['libgomp1'], because: 'loads libgomp.so.1, which its wheels do not carry' },
  {
    projects: ['llama-cpp-python'],
    build: ['build-essential', 'cmake'],
    run: ['libgomp1'],
    because: 'comes as source: it is compiled with OpenMP, and loads libgomp.so.1',
  },
  {
    projects: ['opencv-python', 'opencv-contrib-python'],
    run: ['libgl1', glib],
    because: 'loads libGL.so.1 and libgthread-2.0.so.0 (opencv-python-headless needs neither)',
  },
  {
    projects: ['torchcodec', 'openai-whisper', 'pydub', 'ffmpeg-python', 'moviepy'],
    run: ['ffmpeg'],
    because: 'works through FFmpeg',
  },
  {
    projects: ['psycopg2'],
    build: ['build-essential', 'libpq-dev'],
    run: ['libpq5'],
    because: 'comes as source and links to libpq (psycopg2-binary needs neither)',
  },
  {
    projects: ['mysqlclient'],
    build: ['build-essential', 'default-libmysqlclient-dev', 'pkg-config'],
    run: ['libmariadb3'],
    because: 'comes as source and links to the client library of MariaDB',
  },
  {
    projects: ['pyaudio'],
    build: ['build-essential', 'portaudio19-dev'],
    run: ['libportaudio2'],
    because: 'comes as source and links to PortAudio',
  },
  { projects: ['sounddevice'], run: ['libportaudio2'], because: 'loads PortAudio' },
  {
    projects: ['weasyprint'],
    run: ['libpango-1.0-0', 'libpangoft2-1.0-0', 'libharfbuzz-subset0'],
    because: 'loads Pango and HarfBuzz',
  },
  { projects: ['pytesseract', 'tesserocr'], run: ['tesseract-ocr'], because: 'works through Tesseract' },
  { projects: ['pdf2image'], run: ['poppler-utils'], because: 'runs pdftoppm' },
  {
    projects: ['python-magic'],
    run: [{ bookworm: 'libmagic1', trixie: 'libmagic1t64' }],
    because: 'loads libmagic',
  },
  { projects: ['pyzbar'], run: [{ bookworm: 'libzbar0', trixie: 'libzbar0t64' }], because: 'loads libzbar' },
  { projects: ['phonemizer'], run: ['espeak-ng'], because: 'loads eSpeak NG' },
  { projects: ['graphviz', 'pydot'], run: ['graphviz'], because: 'runs dot' },
  { projects: ['pypandoc'], run: ['pandoc'], because: 'runs pandoc' },
  { projects: ['gitpython'], run: ['git'], because: 'runs git' },
]

const byProject: ReadonlyMap<string, Row> = new Map(rows.flatMap(row => row.projects.map(name => [name, row] as const)))

/**
 * The packages of Debian that projects need beyond what `python:3.N-slim` has, in the order of the projects. A package
 * that two of them need is reported for the first.
 *
 * @param projects canonical names
 * @param git how something is fetched with git, if at all
 */
export function systemPackagesFor(
  projects: Iterable<string>,
  release: DebianRelease,
  git: 'none' | 'https' | 'ssh' = 'none',
): SystemPackage[] {
  const found = new Map<string, SystemPackage>()
  for (const project of projects) {
    const row = byProject.get(project)
    if (!row) continue
    for (const stage of ['build', 'run'] as const) {
      for (const name of row[stage] ?? []) {
        const own = typeof name === 'string' ? name : name[release]
        const key = `${stage} ${own}`
        if (!found.has(key)) found.set(key, { package: own, stage, project, because: row.because })
      }
    }
  }
  const fetching = { none: [], https: ['git'], ssh: ['git', 'openssh-client'] }[git]
  for (const name of fetching)
    found.set(`build ${name}`, {
      package: name,
      stage: 'build',
      project: 'pip',
      because: 'fetches a repository with it',
    })
  return [...found.values()]
}
