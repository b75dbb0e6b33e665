import type { Delivery, DeliveryResult } from '../speaking/delivery.js';

/** Text without a sound, such as a lone emoji, was not heard. */
export function withoutUnsounded(result: DeliveryResult, times: Delivery['times']): DeliveryResult {
  const isSilent = times.playoutStartedMs === undefined && result.playedMs === 0;
  return isSilent ? { ...result, heardText: '' } : result;
}
