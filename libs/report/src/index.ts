export { comparisonFrame, type ComparisonRow } from './comparison';
export { cohortsOf, type Cohort } from './cohort';
export type { Frame } from './frame';
export { evidenceOf, resultsFiles, writeResultsMarkdown } from './markdown/write-results-markdown';
export { renderNotebook } from './notebook/render-notebook';
export { titleAfterName } from './paper-name';
export { renderReport, type ReportInput } from './render-report';
export { verdictFrame, type VerdictCounts } from './verdict-counts';
export type { StudentSource, StudentWeights, TrialImage } from './student/student';
