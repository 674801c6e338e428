/** A room of the source: a folder, or a file at the root. */
export interface Room {
  /** Below `src/`. A folder within a room that is listed is a room of its own. */
  readonly path: string
  readonly what: string
}

/** From the ground up: a room imports from those above it in this list and from none below, types included. */
export const rooms: readonly Room[] = [
  {
    path: 'text',
    what: 'spans, edits, diffs, positions; bytes and lists in words; passwords taken out of text. Knows no Python',
  },
  {
    path: 'packaging',
    what: 'the standards: versions, specifiers, markers, requirements, wheels and the bytecode of their sources, targets, metadata. No I/O, no torch',
  },
  {
    path: 'contract',
    what: 'what users rely on: options, codes and their pages (`codes/`), errors and exit codes, the types behind the JSON and how a budget is read (`results/`)',
  },
  {
    path: 'files',
    what: 'files on the disk: the one way to open them, the one way to write them, folders, what git ignores; archives, piece by piece (`archive/`); what a run asks the machine, told to whoever listens (`machine/`)',
  },
  { path: 'project-files', what: 'readers of the files of a repository, and which of them counts' },
  {
    path: 'package-index',
    what: 'the simple repository API over HTTP, its cache, the settings of pip, wheel metadata by range; dated facts that ship, behind the same interface (`snapshot/`)',
  },
  {
    path: 'formats',
    what: 'what is read of a file, what is decided about it, and the interface of those that read and edit it',
  },
  {
    path: 'formats/requirements',
    what: "pip's requirements files: read, with a span for everything; decisions made edits",
  },
  {
    path: 'formats/toml',
    what: 'TOML, by places: pyproject.toml and the metadata of scripts, for uv and Poetry (`pyproject/`), and pylock.toml (`pylock/`); decisions made edits',
  },
  { path: 'resolve/pubgrub', what: 'the solver; it knows no Python' },
  {
    path: 'resolve',
    what: 'one resolution: projects and candidates for the solver (`provider/`); why there is none: premises → sentences',
  },
  { path: 'torch', what: 'the one room with opinions: family, pairs, GPU packages, index lines, traps' },
  {
    path: 'locks',
    what: 'lock files as one model: what they install where, as a resolution; the same with CPU builds',
  },
  { path: 'decide', what: 'entries + resolution + knowledge → decisions and notices, as values. No I/O, no text' },
  {
    path: 'run',
    what: 'which files, which of them are installed together, on which Pythons and platforms; what such a unit installs, weighs and brings for GPUs',
  },
  { path: 'explain', what: 'the story of `explain`: a code or a message → its page' },
  {
    path: 'rewrite',
    what: 'the story of `rewrite` and its steps; the pip and the uv of this machine that verify it (`installers/`)',
  },
  {
    path: 'check',
    what: 'the story of `check` and its findings; that of `check --against`: what a change of lock files and requirements files adds (`gate/`)',
  },
  {
    path: 'audit',
    what: 'the story of `audit`: folders and images → one tree of files → which of its files are for GPUs',
  },
  { path: 'versions', what: 'the story of `versions`' },
  {
    path: 'docker',
    what: 'the stories of `docker check` (`rules/`, one function each) and `docker init` (`init/`); a Dockerfile as a build reads it',
  },
  {
    path: 'ci',
    what: 'the story of `ci check`: install commands of workflows and scripts (`readers/`, one for each kind of file) → questions to the resolver → fixes',
  },
  { path: 'report', what: 'pure functions: result → text' },
  { path: 'action', what: 'the GitHub Action: inputs → one run → outputs, summary, comment' },
  {
    path: 'commands',
    what: 'flags, streams, exit codes: a thin client for each story; the answer of the last run, given again while all that it rested on is as it was (`last-run/`)',
  },
  { path: 'index.ts', what: 'the library' },
  { path: 'cli.ts', what: 'the entry of the command line' },
]
