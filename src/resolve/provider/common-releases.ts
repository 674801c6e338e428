import { compareVersions, type Version } from '../../packaging/version.ts'
import type { ProjectProvider } from './project-provider.ts'

/** A release that at least one target can have. */
export interface CommonRelease {
  readonly version: Version
  readonly isPrerelease: boolean
  /** The position among the candidates of each target; undefined where the target cannot have it. */
  readonly places: readonly (number | undefined)[]
}

/** The releases of each project over several targets; worked out when they are first needed. */
export class CommonReleases {
  readonly #providers: readonly ProjectProvider[]
  readonly #pending = new Map<string, Promise<readonly CommonRelease[]>>()
  readonly #loaded = new Map<string, readonly CommonRelease[]>()

  /** @param providers one for each target */
  constructor(providers: readonly ProjectProvider[]) {
    this.#providers = providers
  }

  /** Oldest first. */
  of(project: string): Promise<readonly CommonRelease[]> {
    const known = this.#pending.get(project)
    if (known) return known
    const pending = this.#merged(project)
    this.#pending.set(project, pending)
    return pending
  }

  /** What has been loaded so far. */
  known(project: string): readonly CommonRelease[] {
    return this.#loaded.get(project) ?? []
  }

  async #merged(project: string): Promise<readonly CommonRelease[]> {
    const merged = new Map<string, CommonRelease & { readonly places: (number | undefined)[] }>()
    for (const [target, provider] of this.#providers.entries()) {
      for (const [position, { version, isPrerelease }] of (await provider.project(project)).candidates.entries()) {
        const key = provider.releaseOf(project, version)
        const release = merged.get(key) ?? { version, isPrerelease, places: this.#providers.map(() => undefined) }
        release.places[target] = position
        merged.set(key, release)
      }
    }
    const releases = [...merged.values()].sort((a, b) => compareVersions(a.version, b.version))
    this.#loaded.set(project, releases)
    return releases
  }
}
