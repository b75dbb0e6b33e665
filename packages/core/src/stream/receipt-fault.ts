import type { ReceiptEvent } from '../provider/receipt-event.js';

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** The rule of the contract that a receipt breaks, and then is not counted; nothing, if it keeps them. */
export function receiptFault(event: ReceiptEvent): string | undefined {
  if (!isTextOrAbsent(event.provider) || !isTextOrAbsent(event.model)) return 'gave a receipt in the name of nobody';
  if (event.type === 'response-metadata') return isTextOrAbsent(event.requestId) ? undefined : 'gave a request id that is no text';
  const { usage }: { readonly usage: unknown } = event;
  if (typeof usage !== 'object' || usage === null) return 'gave a usage without figures';
  const isCount = (value: unknown) => value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
  return Object.values(usage).every(isCount) ? undefined : 'gave a usage whose figures are none';
}
