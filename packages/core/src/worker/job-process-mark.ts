/** First argument of a job process: the file runs for nobody else. */
export const jobProcessMark = 'parley-job-process';

/**
 * Whether this process was started by a worker, to run jobs. A program that is both the worker's and the agent's module asks it, so as not to
 * start another worker there.
 */
export const isJobProcess = (): boolean => process.send !== undefined && process.argv[2] === jobProcessMark;
