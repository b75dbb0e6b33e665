import type { Logger } from '@parley/core/provider';

/** For those who were given none. */
export const quietLogger: Logger = { log() {} };
