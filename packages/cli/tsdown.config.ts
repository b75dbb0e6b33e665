import { defineConfig } from 'tsdown';

export default defineConfig({
  // `parley` is the command, a program of its own; `file-transport` is loaded by its URL in the process of a call's job.
  entry: {
    index: 'src/index.ts',
    'call-view': 'src/call-view/index.ts',
    parley: 'src/parley.ts',
    'file-transport': 'src/call/file-transport.ts',
  },
  // What is put into a call's page as it is.
  copy: ['src/call-view/page/call-page.css', 'src/call-view/page/call-page.browser.js'],
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: { entry: ['src/index.ts', 'src/call-view/index.ts'] },
  clean: true,
  failOnWarn: true,
  report: false,
});
