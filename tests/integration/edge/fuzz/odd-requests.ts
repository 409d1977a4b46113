/** Odd bytes that a client may write on one connection. Every request in them, open or hidden, has a marker of its own. */
import fc from 'fast-check';

const EOL = '\r\n';
const some = <T>(...weighted: [number, T][]) =>
  fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const method = some(
  ...(['GET', 'POST', 'DELETE'].map((one) => [6, one]) as [number, string][]),
  ...(['HEAD', 'OPTIONS', 'PUT', 'PATCH'].map((one) => [2, one]) as [number, string][]),
  ...(['TRACE', 'PROPFIND', 'SEARCH', 'get', 'GE T', 'PRI'].map((one) => [1, one]) as [number, string][]),
);
const path = some(
  [4, '/version'],
  [4, '/apis/parlor.dev/v1/x'],
  [2, '/matchmake/joinById/r1'],
  [1, '/p1/r1'],
  [1, '//x'],
);
const version = some([20, 'HTTP/1.1'], [3, 'HTTP/1.0'], [1, 'HTTP/1.2'], [1, 'HTTP/2.0'], [1, 'HTTP/0.9']);
const eol = some([40, EOL], [1, '\n'], [1, '\r']);

const lengths = (body: string) => {
  const n = body.length;
  const values = [`${n}`, '0', `${n + 5}`, `${Math.max(0, n - 3)}`, `+${n}`, `-${n}`, `0x${n.toString(16)}`, `0${n}`];
  const names = [
    'Content-Length',
    'content-length',
    'Content-Length ',
    ' Content-Length',
    'Content_Length',
    'Content-Length\t',
  ];
  return fc
    .tuple(
      some(...names.map((one, i) => [i < 2 ? 10 : 1, one] as [number, string])),
      some(
        ...values.map((one, i) => [i === 0 ? 12 : 1, one] as [number, string]),
        [1, `${n}, ${n}`],
        [1, `${n},${n + 1}`],
        [1, ` \t${n}\t`],
        [1, `${n} ${n}`],
        [1, ''],
        [1, '99999999999999999999'],
      ),
    )
    .map(([name, value]) => `${name}: ${value}`);
};
const codings = some(
  ...[
    'chunked',
    'chunked',
    'chunked',
    'chunked',
    'Chunked',
    'chunked, chunked',
    'gzip, chunked',
    'identity',
    'xchunked',
    'chunked;q=1',
    '\x0bchunked',
    'chunked\t',
    '"chunked"',
    '',
    'chunked,',
  ].flatMap((one): [number, string][] => [
    [4, `Transfer-Encoding: ${one}`],
    [1, `Transfer-Encoding : ${one}`],
    [1, `Transfer_Encoding: ${one}`],
  ]),
);
const named = [
  'content-length',
  'transfer-encoding',
  'host',
  'authorization',
  'cookie',
  'x-forwarded-for',
  'x-odd',
  'x-request-id',
  'origin',
];
const options = some(
  [4, 'Connection: keep-alive'],
  [2, 'Connection: close'],
  ...named.flatMap((one): [number, string][] => [
    [2, `Connection: ${one}`],
    [2, `Connection: ${one}, keep-alive`],
    [1, `Connection: keep-alive${EOL}Connection: ${one}`],
    [1, `Proxy-Connection: ${one}`],
  ]),
  [1, 'Connection: keep-alive,, close'],
  [1, `Connection: Upgrade${EOL}Upgrade: h2c`],
  [1, `Connection: Upgrade, HTTP2-Settings${EOL}Upgrade: h2c${EOL}HTTP2-Settings: AAMAAABkAAQAAP__`],
  [
    1,
    `Connection: Upgrade${EOL}Upgrade: websocket${EOL}Sec-WebSocket-Version: 13${EOL}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==`,
  ],
);
const others = some(
  ...[
    'Expect: 100-continue',
    'Expect: 200-maybe',
    'Trailer: Authorization',
    'TE: trailers',
    'Keep-Alive: timeout=5',
    'X-Odd: 1',
    'X-Odd: \xe9\xff',
    'X-Odd: a\0b',
    'X-Odd: a\x01b',
    'X-Odd: a\x7fb',
    'X-Odd:a\r\n b',
    'X Odd: 1',
    ': 1',
    'X-Odd',
    'Authorization: Bearer another',
    'Host: another',
    'Cookie: a=b',
    'Cookie: c=d',
    'Content-Type: application/json',
    'Content-Encoding: gzip',
    'X-Forwarded-For: 6.6.6.6',
    'X-HTTP-Method-Override: DELETE',
  ].map((one): [number, string] => [1, one]),
);

/** `mark` makes a marker that no other request has. */
export function oddConnection(mark: () => string) {
  const hidden = some(
    [2, () => 'hello'],
    [2, () => ''],
    [3, () => `GET /version?m=${mark()} HTTP/1.1${EOL}Host: parlor.test${EOL}Authorization: Bearer hidden${EOL}${EOL}`],
    [3, () => `DELETE /apis/parlor.dev/v1/sessions/x?m=${mark()} HTTP/1.1${EOL}X-Swallow: `],
    [1, () => `POST /version?m=${mark()} HTTP/1.1${EOL}Host: parlor.test${EOL}Content-Length: 300${EOL}${EOL}`],
    [1, () => `0${EOL}${EOL}GET /version?m=${mark()} HTTP/1.1${EOL}Host: parlor.test${EOL}${EOL}`],
  );
  const chunks = (body: string) => {
    const size = body.length.toString(16);
    return some(
      [8, `${body ? `${size}${EOL}${body}${EOL}` : ''}0${EOL}${EOL}`],
      [1, `${size};a=b${EOL}${body}${EOL}0${EOL}${EOL}`],
      [1, `${size};a=\n${body}${EOL}0${EOL}${EOL}`],
      [1, `${size} ${EOL}${body}${EOL}0${EOL}${EOL}`],
      [1, `0x${size}${EOL}${body}${EOL}0${EOL}${EOL}`],
      [1, `${size}\n${body}\n0\n\n`],
      [1, `${size}${EOL}${body}0${EOL}${EOL}`],
      [1, `${size}${EOL}${body}${EOL}0${EOL}Content-Length: 5${EOL}Authorization: Bearer trailer${EOL}${EOL}`],
      [1, `fffffffffffffffff${EOL}${body}${EOL}0${EOL}${EOL}`],
      [1, `-1${EOL}${body}${EOL}0${EOL}${EOL}`],
      [1, body],
    );
  };
  const one = fc
    .tuple(method, path, version, hidden, fc.integer({ min: 0, max: 5 }), eol, fc.boolean())
    .chain(([verb, where, spoken, inner, count, end, hosted]) => {
      const body = inner();
      const framed = fc.oneof(
        { weight: 3, arbitrary: fc.constant({ header: '', body: '' }) },
        { weight: 5, arbitrary: lengths(body).map((header) => ({ header, body })) },
        { weight: 3, arbitrary: fc.tuple(codings, chunks(body)).map(([header, bytes]) => ({ header, body: bytes })) },
        { weight: 1, arbitrary: fc.constant({ header: '', body }) },
      );
      const extra = fc.oneof(
        { weight: 4, arbitrary: options },
        { weight: 2, arbitrary: others },
        { weight: 1, arbitrary: lengths(body) },
        { weight: 1, arbitrary: codings },
      );
      return fc.tuple(framed, fc.array(extra, { maxLength: count }), fc.nat()).map(([frame, more, at]) => {
        const lines = [`${verb} ${where}?m=${mark()}&sessionId=s ${spoken}`];
        if (hosted || count > 1) lines.push('Host: parlor.test');
        const headers = more.filter(Boolean);
        if (frame.header) headers.splice(at % (headers.length + 1), 0, frame.header);
        return `${[...lines, ...headers].join(end === EOL || at % 3 ? EOL : end)}${EOL}${EOL}${frame.body}`;
      });
    });
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
}
