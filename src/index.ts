/**
 * torchpin as a library: what the commands do, without printing, and without writing before `save`, `saveFixes` or
 * `saveDocker` is called. Results are the JSON documents of the commands.
 *
 * @packageDocumentation
 */

export type { SourceKind } from './audit/read.ts'
export type {
  AuditFinding,
  AuditResult,
  DistributionResult,
  LayerResult,
  TorchResult,
  Weight,
} from './audit/result.ts'
export { type AuditOptions, audit } from './audit.ts'
export type { Budget } from './budget.ts'
export { type CheckOptions, type CheckResult, check, type UnitBudget } from './check.ts'
export type { Code } from './codes/codes.ts'
export type { CodePage } from './codes/page.ts'
export type { PlannedFile } from './docker/init/files.ts'
export {
  checkDockerfile,
  type DockerCheck,
  type DockerCheckOptions,
  type DockerCheckResult,
  type DockerFileResult,
  type DockerFinding,
  type StageResult,
  saveFixes,
} from './docker-check.ts'
export {
  type DockerInit,
  type DockerInitOptions,
  initDocker,
  saveDocker,
} from './docker-init.ts'
export type { DockerInitResult } from './docker-init-result.ts'
export { type ErrorCode, TorchpinError } from './errors.ts'
export { type ExplainResult, type Explanation, explain, explanations } from './explain.ts'
export {
  DEFAULT_CPU_INDEX_URL,
  DEFAULT_INDEX_URL,
  type IndexStyle,
  type Options,
  type PinMode,
  type ResolutionMode,
} from './options.ts'
export type { Operator } from './packaging/clause.ts'
export type { Comparison, Marker, MarkerOperator, Operand } from './packaging/marker.ts'
export type { Requirement } from './packaging/requirement.ts'
export type { Specifier, SpecifierSet } from './packaging/specifier.ts'
export type { Platform, Target } from './packaging/target.ts'
export { auditReports } from './report/audit-reports.ts'
export type { AuditStyle } from './report/audit-text.ts'
export { checkReports } from './report/check-reports.ts'
export { dockerCheckReports } from './report/docker-check-reports.ts'
export { dockerInitReports } from './report/docker-init.ts'
export type { Style } from './report/pen.ts'
export type { Progress } from './report/progress.ts'
export { reports } from './report/reports.ts'
export { versionsReports } from './report/versions-reports.ts'
export type {
  BlankStatement,
  Hash,
  Option,
  OptionName,
  OptionStatement,
  ReferenceStatement,
  Repairable,
  RequirementSpans,
  RequirementStatement,
  RequirementsDocument,
  Statement,
  UnreadableStatement,
  Variables,
} from './requirements/parse.ts'
export { parseRequirements } from './requirements/parse.ts'
export type { FileChange } from './requirements/write.ts'
export type {
  Bytecode,
  Change,
  ChangeAction,
  Diagnostic,
  DiagnosticLevel,
  FileResult,
  Finding,
  IndexOrigin,
  IndexResult,
  PackageSaving,
  RewriteResult,
  Savings,
  Side,
  TargetResult,
  Totals,
  UnitResult,
  VerifiedResult,
} from './result.ts'
export { type Rewrite, rewrite, save } from './rewrite.ts'
export type { RewrittenFile } from './rewrite-unit.ts'
export { applyEdits, type Edit, type Span } from './text/edits.ts'
export { version } from './version.ts'
export { type VersionsOptions, versions } from './versions.ts'
export type { ReleaseResult, VersionsResult, WheelResult } from './versions-result.ts'
