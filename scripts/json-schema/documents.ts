/** The documents that `--format json` prints: the file in `schema/`, the type of `src/index.ts`, the command. */
export const documents = [
  { file: 'rewrite.json', type: 'RewriteResult', command: 'rewrite' },
  { file: 'check.json', type: 'CheckResult', command: 'check' },
  { file: 'check-against.json', type: 'GateResult', command: 'check --against' },
  { file: 'audit.json', type: 'AuditResult', command: 'audit' },
  { file: 'versions.json', type: 'VersionsResult', command: 'versions' },
  { file: 'docker-check.json', type: 'DockerCheckResult', command: 'docker check' },
  { file: 'docker-init.json', type: 'DockerInitResult', command: 'docker init' },
  { file: 'ci-check.json', type: 'CiCheckResult', command: 'ci check' },
  { file: 'explain.json', type: 'ExplainResult', command: 'explain' },
] as const
