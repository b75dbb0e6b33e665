// @ts-check
import { phonesByWord, speak } from './flite-engine.mjs';
import { serve } from '../worker/worker-server.mjs';

/** @typedef {{ readonly type: 'speak', readonly voice: string, readonly text: string } | { readonly type: 'phones', readonly words: readonly string[] }} FliteRequest */

serve((/** @type {FliteRequest} */ request) => (request.type === 'phones' ? { groups: phonesByWord(request.words) } : speak(request)));
