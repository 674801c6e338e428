/** A repository below `cases/`, and what is to be true of the image that is made of it. */
export interface Case {
  readonly id: string
  /** What locks it before torchpin comes. */
  readonly locks?: 'uv' | 'poetry'
  /** It has no file that `rewrite` writes: `docker init` alone keeps CUDA out. */
  readonly onlyInit?: true
  /** The path that tells whether it works. */
  readonly health: string
  /** What of the answer counts. */
  readonly answers: RegExp
  /** Files that the application has written after the answer, below /app; of another, /app is not the user's. */
  readonly writes?: readonly string[]
  /** Something of it loads libgomp.so.1, which the image of Python lacks. */
  readonly needsGomp?: true
  /** It is saved in every form, and not as `docker save` does alone. */
  readonly everyForm?: true
}

const torch = /"torch":\s*"2\.\d+\.\d+\+cpu"/

export const cases: readonly Case[] = [
  { id: 'pip', health: '/health', answers: torch, writes: ['visits.db'], everyForm: true },
  { id: 'uv', locks: 'uv', health: '/health', answers: torch },
  { id: 'poetry', locks: 'poetry', health: '/health', answers: torch, writes: ['uploads/last'] },
  { id: 'django', health: '/health', answers: torch, writes: ['db.sqlite3'] },
  { id: 'streamlit', health: '/_stcore/health', answers: /^ok$/ },
  { id: 'requirements-folder', health: '/health', answers: torch, needsGomp: true },
  { id: 'project', onlyInit: true, health: '/health', answers: torch },
  { id: 'uv-requirements', health: '/health', answers: torch },
  { id: 'uv-workspace', locks: 'uv', health: '/health', answers: torch },
]
