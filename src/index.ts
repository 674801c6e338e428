/**
 * torchpin as a library: what the commands do, without printing, and without writing before `save`, `saveFixes` or
 * `saveDocker` is called. Results are the JSON documents of the commands.
 *
 * @packageDocumentation
 */

export { type AuditOptions, audit } from './audit/audit.ts'
export { type CheckOptions, check } from './check/check.ts'
export { type GateOptions, gate } from './check/gate/gate.ts'
export { type CiCheck, type CiCheckOptions, checkCi, saveCiFixes } from './ci/check.ts'
export { type Code, type Explanation, explanations } from './contract/codes/codes.ts'
export type { CodePage } from './contract/codes/page.ts'
export { type ErrorCode, TorchpinError } from './contract/errors.ts'
export type { Progress } from './contract/options.ts'
export {
  DEFAULT_CPU_INDEX_URL,
  DEFAULT_INDEX_URL,
  type IndexStyle,
  type Options,
  type PinMode,
  type ResolutionMode,
} from './contract/options.ts'
export type {
  AuditFinding,
  AuditResult,
  DistributionResult,
  LayerResult,
  SourceKind,
  TorchResult,
  Weight,
} from './contract/results/audit.ts'
export type { Budget } from './contract/results/budget.ts'
export type { CheckResult, UnitBudget } from './contract/results/check.ts'
export type {
  CiCheckResult,
  CiCost,
  CiFileResult,
  CiFinding,
  CiSavings,
  CommandFileKind,
} from './contract/results/ci-check.ts'
export type {
  DockerCheckResult,
  DockerFileResult,
  DockerFinding,
  StageResult,
} from './contract/results/docker-check.ts'
export type { DockerInitResult } from './contract/results/docker-init.ts'
export type { ExplainResult } from './contract/results/explain.ts'
export type { GateResult, Growth, LockChange, PackageWay } from './contract/results/gate.ts'
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
  PackageSize as Side,
  RewriteResult,
  Savings,
  TargetResult,
  Totals,
  UnitResult,
  VerifiedResult,
} from './contract/results/rewrite.ts'
export type { ReleaseResult, VersionsResult, WheelResult } from './contract/results/versions.ts'
export { version } from './contract/version.ts'
export { checkDockerfile, type DockerCheck, type DockerCheckOptions, saveFixes } from './docker/check.ts'
export type { PlannedFile } from './docker/init/files.ts'
export {
  type DockerInit,
  type DockerInitOptions,
  initDocker,
  saveDocker,
} from './docker/init.ts'
export { explain } from './explain/explain.ts'
export type { FileChange } from './files/write.ts'
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
} from './formats/requirements/parse.ts'
export { parseRequirements } from './formats/requirements/parse.ts'
export type { Operator } from './packaging/clause.ts'
export type { Comparison, Marker, MarkerOperator, Operand } from './packaging/marker-syntax.ts'
export type { Requirement } from './packaging/requirement.ts'
export type { Specifier, SpecifierSet } from './packaging/specifier.ts'
export type { Platform, Target } from './packaging/target.ts'
export { type AuditStyle, auditReports } from './report/audit/reports.ts'
export { checkReports } from './report/check.ts'
export { dockerCheckReports } from './report/docker/check.ts'
export { dockerInitReports } from './report/docker/init.ts'
export type { Style } from './report/formatter.ts'
export { gateReports } from './report/gate.ts'
export { reports } from './report/rewrite/reports.ts'
export { versionsReports } from './report/versions/reports.ts'
export { type Rewrite, rewrite, save } from './rewrite/rewrite.ts'
export type { RewrittenFile } from './rewrite/unit.ts'
export { applyEdits, type Edit, type Span } from './text/edits.ts'
export { type VersionsOptions, versions } from './versions/versions.ts'
