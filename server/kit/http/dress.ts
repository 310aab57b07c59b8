import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

export const PROBLEM_JSON = 'application/problem+json';

/** Nothing may be loaded, framed or run: right for everything that is not a page. */
const CSP_NOTHING = "default-src 'none'; frame-ancestors 'none'";

const FEATURES = `accelerometer camera display-capture geolocation gyroscope hid magnetometer microphone
  midi payment publickey-credentials-create publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking`;

const EVERYWHERE: Readonly<Record<string, string>> = {
  'content-security-policy': CSP_NOTHING,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': FEATURES.split(/\s+/)
    .map((feature) => `${feature}=()`)
    .join(', '),
};

const YEAR_S = 31_536_000;

/**
 * Completes the headers of whatever is answered, at the moment it is answered: what the answer has set
 * itself stays (pages bring a policy with their nonces). Errors in JSON leave as problem+json.
 */
export function dress(
  res: ServerResponse,
  options: {
    https: boolean;
    request_id: string;
    more?: Readonly<Record<string, string>>;
    cookies?: readonly string[];
  },
): void {
  const wanted = {
    ...EVERYWHERE,
    ...(options.https ? { 'strict-transport-security': `max-age=${YEAR_S}; includeSubDomains` } : {}),
    'x-request-id': options.request_id,
    ...options.more,
  };
  const write = res.writeHead.bind(res);
  const dressed = (status: number, second?: unknown, third?: unknown) => {
    const given = lowerCased(typeof second === 'string' ? third : second);
    const headers: OutgoingHttpHeaders = { ...wanted, ...res.getHeaders(), ...given };
    if (status >= 400 && headers['content-type'] === 'application/json')
      headers['content-type'] = PROBLEM_JSON;
    if (options.cookies?.length)
      headers['set-cookie'] = [listOf(headers['set-cookie']), options.cookies].flat();
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
    return write(status);
  };
  res.writeHead = dressed;
}

const listOf = (header: OutgoingHttpHeader | undefined): string[] =>
  header === undefined ? [] : Array.isArray(header) ? header : [String(header)];

function lowerCased(headers: unknown): OutgoingHttpHeaders {
  const found: OutgoingHttpHeaders = {};
  if (typeof headers !== 'object' || headers === null) return found;
  // Node also takes a flat list: name, value, name, value
  const pairs = Array.isArray(headers)
    ? headers.flatMap((name, index): [string, unknown][] =>
        index % 2 === 0 ? [[String(name), headers[index + 1]]] : [],
      )
    : Object.entries(headers);
  for (const [name, value] of pairs) {
    if (typeof value === 'string' || typeof value === 'number') found[name.toLowerCase()] = value;
    else if (Array.isArray(value)) found[name.toLowerCase()] = value.map(String);
  }
  return found;
}
