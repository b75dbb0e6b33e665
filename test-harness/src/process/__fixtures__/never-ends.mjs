setInterval(() => {}, 1000);
export { parleyPlugin } from './good-llm.mjs';
