/** The pages of the site beside README.md, as its navigation groups and orders them. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  Guides: [
    'docs/projects.md',
    'docs/monorepo.md',
    'docs/ci.md',
    'docs/ci-commands.md',
    'docs/pre-commit.md',
    'docs/renovate.md',
    'docs/python.md',
    'docs/library.md',
  ],
  Reference: [
    'docs/codes/README.md',
    'docs/json.md',
    'docs/settings.md',
    'docs/python-versions.md',
    'docs/bytes-on-disk.md',
    'docs/images.md',
    'docs/last-run.md',
    'docs/faults.md',
  ],
  Project: [
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/development.md',
    'bench/README.md',
    'test/comparison/README.md',
  ],
}
