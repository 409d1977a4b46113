// Asks the edge (first argument) as a browser at the origin (second) would.
// Ends with 1 and a sentence when an answer is not what it should be.
const http = require('node:http');
const [edge, origin] = process.argv.slice(-2);
const { host } = new URL(origin);
const ask = (path) =>
  new Promise((resolve, reject) => {
    const request = http.get(new URL(path, edge), { headers: { host }, timeout: 10000 }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', reject);
  });
const expected = [
  ['/readyz', ({ status }) => status === 200],
  ['/', ({ status, body }) => status === 200 && body.includes('<html')],
  ['/parlor.json', ({ status, body }) => status === 200 && typeof JSON.parse(body).identity.url === 'string'],
  // Closed without the scraper's token.
  ['/metrics', ({ status }) => status === 403],
];
(async () => {
  for (const [path, good] of expected) {
    const answer = await ask(path);
    if (!good(answer)) throw new Error(`${path} answers ${answer.status}: ${answer.body.slice(0, 200)}`);
    console.log(`ok  ${path}`);
  }
})().catch((error) => {
  console.error(`The release does not answer as it should. ${error.message}`);
  process.exit(1);
});
