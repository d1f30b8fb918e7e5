export * from './costs/overhead';
export { missingData, setsOfRecipe, type MissingData } from './costs/missing-data';
export { planCost, type MeasuredSteps, type TableCost } from './costs/plan-cost';
export { overheadPath, readOverhead, writeOverhead } from './costs/overhead-file';
export { syntheticStep, type SyntheticStep } from './costs/synthetic-step';
export type { ArmsOf } from './experiment/arms';
export { checkPaper } from './experiment/check-paper';
export * from './experiment/claim';
export { defaultDatasets } from './experiment/default-datasets';
export { detailedSquare } from './perform/detailed-square';
export { EVIDENCE_TIERS, isEvidence } from './experiment/evidence';
export * from './experiment/experiment';
export { findPaper } from './experiment/find-paper';
export { loadPapers, type PapersModule } from './experiment/load-papers';
export { buildNetwork, networkSchema, widthOf, type NetworkOptions } from '@distillery/models';
export { OUTPUT_DISTILLATION } from './experiment/output-distillation-method';
export * from './experiment/paper';
export { buildMethod, methodOfRecipe, paperMethod, type MethodOptions } from './experiment/paper-method';
export { PLAIN } from './experiment/plain-method';
export { DEFAULT_SEEDS, findPlannedRun, plan, plannedRuns, type PlannedRun, type PlanOptions } from './experiment/plan';
export * from './experiment/recipe';
export { cosineSchedule, settlingSchedule, settlingTwiceSchedule, stepSchedule } from './experiment/recipe-schedule';
export { recipeSchema } from './experiment/recipe-schema';
export { row } from './experiment/row';
export { cellName, runId } from './experiment/run-id';
export { resolveSpec } from './experiment/spec-file';
export { mapStarts } from './experiment/starts';
export * from './instrument/evaluate-model';
export { instrumentPath, readInstrument } from './instrument/instrument-file';
export * from './instrument/instrument-result';
export { measureInstrument, type MeasureInstrumentOptions } from './instrument/measure-instrument';
export {
  INSTRUMENT_DATASETS,
  PUBLISHED_NETWORKS,
  publishedModels,
  publishedWeights,
  type PublishedNetwork,
  type PublishedScore,
} from './instrument/published-networks';
export type { Json } from './json/json';
export { validate } from './json/parse-json';
export { DEFAULT_PROTOCOL } from './judging/compare';
export { FLAT, flatLimit, publishedEffect, settled, type Settled } from './judging/convergence';
export { holm } from './judging/holm';
export { POWER } from './judging/power';
export { claimDigest, registeredClaims, registrationOf, type Registration } from './judging/registration';
export { CONFIDENCE, pairedDifference, summarise, type Interval, type PairedDifference, type Summary } from './judging/statistics';
export {
  claimVerdict,
  directionVerdict,
  excludes,
  isDecided,
  VERDICTS,
  type DirectionVerdicts,
  type Verdict,
  type VerdictKind,
} from './judging/verdict';
export { deployNetwork, deployRun } from './perform/deploy-run';
export { findRun, type FoundRun } from './perform/find-run';
export { performRun, type PerformOptions } from './perform/perform-run';
export { prepareRun, type PreparedRun, type RunPlace } from './perform/prepare-run';
export type { RunProgress } from './perform/progress';
export { defaultJobs } from './schedule/default-jobs';
export { runPlan, type Overall, type RunOutcome, type ScheduleEvent, type ScheduleOptions } from './schedule/run-plan';
export { datasetsOfRuns } from './store/datasets-of-runs';
export { mergeStore, storeIn, type Merged, type MergeOptions, type Store } from './store/merge-stores';
export { mergeRuns, readResults, resultsPath, updateResults } from './store/results-file';
export { RUN_THREADS, SCIENCE_VERSION, shortHash, type RunIdentity } from './store/run-hash';
export * from './store/run-result';
export { storedRuns, type StoredRun, type StoredRuns } from './store/stored-runs';
export { resultsPapers, runFoldersIn, verifyRun, type RunCheck } from './store/verify-run';
export { isFinished, readRun, runFiles, runFolder, type ReadRunOptions } from './store/run-store';
