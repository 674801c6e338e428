/** Commands of the pages that are not run from a fresh clone, by their beginning; and why, with what holds them in its place. */
export const notRun: Readonly<Record<string, string>> = {
  'npx torchpin rewrite requirements.txt':
    'npm has torchpin once it is released; the row with npm ci runs the same from a clone',
  'uvx torchpin ': 'the Python index has torchpin once it is released; integrations/python runs uvx on the wheel',
  'pipx run torchpin ': 'the same, with pipx',
  'pip install torchpin ': 'the same, with pip',
  'npm ci && npm test': 'it is the suite that this test belongs to',
  'torchpin rewrite --verify ':
    'has pip and uv ask the public index; test/verify.slow.test.ts runs both against loopback',
  'npm install --global --install-links git+https':
    'the repository has no home yet; integrations/pre-commit has npm build from git',
  'multi-gitter ': 'needs a host of code and a login to it',
  'npm install --ignore-scripts --prefix /tmp/renovate ': 'some 340 MB; the workflow integrations.yml runs it',
  'node scripts/run.js integrations/renovate/run.ts ': 'needs the Renovate of the row above',
  'node scripts/run.js integrations/organisation/run.ts ': 'the same',
  'docker run ':
    'needs a container engine and the released image; npm run release -- image runs the image that it builds',
}

/** Pages whose commands have a test of their own, which lists every one of them. */
export const provedElsewhere: Readonly<Record<string, string>> = {
  'docs/projects.md': 'test/projects/page.test.ts',
}
