/** Response headers that tell browsers how little our pages are allowed to do. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const NONE = ["'none'"];
const SELF = ["'self'"];

/**
 * Scripts only from us, connections only to us and to where one signs in, no frame around us. Style attributes are allowed
 * (canvas libraries set them); style elements are not, unless `inlineStyles`.
 */
function policy({ origin, identity = origin }: HeaderOptions, inlineStyles: boolean) {
  const socket = origin.replace(/^http/, 'ws');
  return {
    useDefaults: false,
    directives: {
      defaultSrc: SELF,
      scriptSrc: SELF,
      styleSrc: inlineStyles ? [...SELF, "'unsafe-inline'"] : SELF,
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: [...SELF, 'data:', 'blob:'],
      mediaSrc: [...SELF, 'blob:'],
      fontSrc: [...SELF, 'data:'],
      // Safari does not count ws: as 'self'.
      connectSrc: [...SELF, socket, ...(identity === origin ? [] : [identity])],
      workerSrc: [...SELF, 'blob:'],
      manifestSrc: SELF,
      formAction: SELF,
      frameSrc: SELF,
      frameAncestors: NONE,
      objectSrc: NONE,
      baseUri: NONE,
    },
  };
}

export type HeaderOptions = {
  origin: string;
  /** Where tokens are fetched, if that is another origin. */
  identity?: string;
  /** A certificate that nobody vouches for must stay something one can click through. */
  selfSigned: boolean;
};

export function securityHeaders(options: HeaderOptions): RequestHandler {
  const { origin, selfSigned } = options;
  return helmet({
    contentSecurityPolicy: policy(options, false),
    strictTransportSecurity: origin.startsWith('https:') && !selfSigned ? { maxAge: 31_536_000 } : false,
    // With `no-referrer`, a form that posts to ourselves would carry `Origin: null`.
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });
}

/** For pages that are not ours and write their own style elements. */
export function inlineStyles(options: HeaderOptions): RequestHandler {
  return helmet.contentSecurityPolicy(policy(options, true));
}
