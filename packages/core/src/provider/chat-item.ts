import type { ContentPart } from './content-part.js';
import type { ProviderMetadata } from './provider-metadata.js';

interface ChatItemBase {
  readonly id: string;
  readonly createdAtMs: number;
  readonly providerMetadata?: ProviderMetadata;
}

/**
 * What a model is given, in the order it was made: the items of one response stand together (`opaque`, `message`, `tool-call`),
 * then one `tool-output` for each call. Hand-offs and other marks of the session's own are not among them.
 */
export type ChatItem =
  | (ChatItemBase & {
      readonly type: 'message';
      readonly role: 'system' | 'developer' | 'user' | 'assistant';
      readonly content: readonly ContentPart[];
      readonly name?: string;
      /** The assistant was cut off; the content is what was heard. */
      readonly interrupted?: true;
    })
  /** The provider's own (signed thinking, an encrypted reasoning item); goes when nothing else of its response is left. */
  | (ChatItemBase & { readonly type: 'opaque'; readonly providerMetadata: ProviderMetadata })
  | (ChatItemBase & { readonly type: 'tool-call'; readonly callId: string; readonly name: string; readonly argumentsJson: string })
  | (ChatItemBase & {
      readonly type: 'tool-output';
      readonly callId: string;
      readonly name: string;
      readonly content: readonly ContentPart[];
      readonly isError: boolean;
    });
