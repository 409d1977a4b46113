import { defineConfig } from 'vite';

/** The page, and the chat element alone for other pages. Phaser is a chunk of its own: it waits until a match opens. */
export default defineConfig({
  root: 'client',
  publicDir: false,
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    // A data: URL would need its own word in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // A first start is slow enough without being told which part of it was.
      checks: { bundlerTimings: false },
      input: { page: 'client/index.html', 'parlor-chat': 'client/embed.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'parlor-chat' ? 'embed/[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            { name: 'phaser', test: /node_modules\/phaser/ },
            { name: 'colyseus', test: /node_modules\/(@colyseus|msgpackr)/ },
            { name: 'lit', test: /node_modules\/(lit|@lit)/ },
          ],
        },
      },
    },
  },
});
