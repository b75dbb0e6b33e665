import { getEventListeners } from 'node:events';

/** Listeners that are left on a call's signal: each keeps a call that is over alive, and after ten Node warns. */
export const leftOnSignal = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
