import type { Logger } from '../provider/logger.js';

/** The application's logger, which may throw like any code of its: then the line is lost, and nothing else. */
export const quietLogger = (logger: Logger): Logger => ({
  log: (level, message, fields) => {
    try {
      logger.log(level, message, fields);
    } catch {
      // There is nowhere left to say so.
    }
  },
});
