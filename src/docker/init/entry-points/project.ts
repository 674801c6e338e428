import type { Needs } from '../needs.ts'

/** What the search uses besides the files. */
export interface Project {
  readonly needs: Needs
  /** Commands that installing the project makes. */
  readonly scripts: readonly string[]
  /** The project itself is installed. */
  readonly installed: boolean
  readonly name: string | undefined
}

/** Projects that bring a program by an extra or by what they need anyway. */
const brings: Readonly<Record<string, readonly string[]>> = {
  uvicorn: ['fastapi[standard]', 'fastapi[all]', 'fastapi-cli', 'litestar[standard]', 'gradio', 'chromadb', 'mcp'],
  hypercorn: ['quart'],
}

export function installs({ projects, extras }: Needs, project: string): boolean {
  return projects.has(project) || (brings[project] ?? []).some(other => projects.has(other) || extras.has(other))
}
