/** First argument of a job process: the file runs for nobody else. */
export const jobProcessMark = 'parley-job-process';
