console.log('{"type":"done"}');
export { parleyPlugin } from './good-llm.mjs';
