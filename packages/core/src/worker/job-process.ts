/** The process in which jobs run: one of the worker's children, or with `isolation: 'inline'` the worker's own. */
export interface JobProcess<Data extends object = Record<string, unknown>> {
  readonly pid: number;
  /** What `prewarm` left there. Shared by all jobs of the process. */
  readonly userData: Data;
}
