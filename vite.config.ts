import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { TROUBLES } from './client/troubles.ts';

/** `guard.js` as it is, no module and not rewritten for newer browsers, under a name that changes with its content. */
function guard(): Plugin {
  let file = '';
  return {
    name: 'parlor-guard',
    apply: 'build',
    buildStart() {
      const source = readFileSync('client/guard.js', 'utf8').replace('__TROUBLES__', JSON.stringify(TROUBLES));
      file = this.emitFile({ type: 'asset', name: 'guard.js', source });
    },
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace(/\s*<script src="\.\/guard\.js"><\/script>/, ''),
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const asset of Object.values(bundle))
          if (asset.type === 'asset' && asset.fileName === 'index.html')
            asset.source = String(asset.source).replace(
              '<body>',
              `<body>\n    <script src="/${this.getFileName(file)}"></script>`,
            );
      },
    },
  };
}

/** The page, and the chat element alone for other pages. Phaser is a chunk of its own: it waits until a match opens. */
export default defineConfig({
  root: 'client',
  publicDir: false,
  plugins: [guard()],
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
