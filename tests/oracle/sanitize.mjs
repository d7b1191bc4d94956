// Judges the sanitizer with a parser that is not ours: random hostile fragments go through
// `tributary sanitize --null`, and parse5 reads what comes out, as a fragment and as a page. Nothing
// may be there that is not on the lists below, written down here a second time on purpose; the tree
// that parse5 builds must be the one that the tags say; and cleaning twice must change nothing.
//
//     npm ci --prefix tests/oracle
//     node tests/oracle/sanitize.mjs [--count 60000] [--seed 1] [build/release/tributary]

import {spawnSync} from 'node:child_process';
import {parseArgs} from 'node:util';
import {parse, parseFragment} from 'parse5';

const baseUrl = 'https://example.org/blog/post';
const batchSize = 5000;

const allowedAttributes = new Map(Object.entries({
    a: 'href hreflang', abbr: '', address: '', article: '', aside: '', audio: 'src controls preload',
    b: '', bdi: '', bdo: '', blockquote: 'cite', br: '', caption: '', cite: '', code: '', col: 'span',
    colgroup: 'span', dd: '', del: 'cite datetime', details: 'open', dfn: '', div: '', dl: '', dt: '',
    em: '', figcaption: '', figure: '', footer: '', h1: '', h2: '', h3: '', h4: '', h5: '', h6: '',
    header: '', hr: '', i: '', img: 'src srcset sizes alt width height', ins: 'cite datetime', kbd: '',
    li: 'value', mark: '', ol: 'type start reversed', p: '', picture: '', pre: '', q: 'cite', rp: '',
    rt: '', ruby: '', s: '', samp: '', section: '', small: '',
    source: 'src srcset sizes media type width height', span: '', strong: '', sub: '', summary: '',
    sup: '', table: '', tbody: '', td: 'colspan rowspan', tfoot: '', th: 'colspan rowspan scope abbr',
    thead: '', time: 'datetime', tr: '', u: '', ul: '', var: '',
    video: 'src width height poster controls preload', wbr: '',
}).map(([name, own]) => [name, new Set([...own.split(' '), 'title', 'lang', 'dir'])]));

// --- hostile fragments ---------------------------------------------------------------------------

function randomFrom(seed) {  // mulberry32
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6D2B79F5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

const elements = [
    ...allowedAttributes.keys(), 'script', 'style', 'svg', 'math', 'iframe', 'object', 'embed', 'form',
    'input', 'button', 'select', 'option', 'optgroup', 'textarea', 'title', 'noscript', 'noembed',
    'noframes', 'xmp', 'plaintext', 'template', 'base', 'meta', 'link', 'html', 'head', 'body',
    'frameset', 'frame', 'foreignObject', 'desc', 'mi', 'mtext', 'mglyph', 'malignmark',
    'annotation-xml', 'font', 'center', 'nobr', 'marquee', 'applet', 'image', 'isindex', 'listing',
    'param', 'track', 'area', 'map', 'canvas', 'dialog', 'main', 'nav', 'menu', 'dir', 'rb', 'rtc',
    'tt', 'strike', 'big', 'acronym', 'keygen', 'command', 'portal', 'o:p', 'x-y', 'a:b', 'div\u0000',
    'SCRIPT', 'Img', 'sVg', 'animate', 'set', 'use', 'slot', 'search', 'fencedframe',
];
const structural = [
    'table', 'tr', 'td', 'th', 'tbody', 'thead', 'caption', 'colgroup', 'col', 'p', 'li', 'ul', 'dl', 'dd',
    'dt', 'a', 'b', 'i', 'h1', 'h2', 'div', 'pre', 'ruby', 'rt', 'rp', 'select', 'svg', 'math', 'form',
];
const attributes = [
    'href', 'src', 'srcset', 'data-src', 'data-srcset', 'style', 'onclick', 'onerror', 'onload', 'class',
    'id', 'title', 'alt', 'width', 'height', 'xlink:href', 'xmlns', 'formaction', 'action', 'poster',
    'background', 'data', 'srcdoc', 'is', 'slot', 'name', 'target', 'rel', 'ping', 'lang', 'dir', 'start',
    'type', 'value', 'colspan', 'cite', 'sizes', 'media', 'autoplay', 'controls', 'open', '"', "'", '<b',
    '=', 'o\u0000n', '`', 'HREF', 'oNcLiCk', 'a/b', 'datetime', 'contenteditable', 'autofocus', 'span',
];
const values = [
    'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'java&#x0A;script:alert(1)',
    '&#106;avascript:alert(1)', '\u0001javascript:alert(1)', '&Tab;javascript&colon;alert(1)', 'x:y',
    'vbscript:x', 'data:text/html,<script>alert(1)</script>', 'data:image/svg+xml;base64,PHN2Zz4=',
    'data:image/png;base64,iVBORw0KGgo=', 'data:image/gif;base64,R0lGODlh', '/relative/path', '?q=1&copy=2',
    '#part', '//example.com/a b', 'https://example.com/"><script>', 'https://example.com/?a=1&b=2',
    'https:\\\\example.com\\x', 'mailto:a@example.org', 'a.png 1x, javascript:x 2x,/b.png 640w', ',,a,,',
    'data:,x 1x', '1', '0', '100%', '-5', '99999999999', 'ltr', 'en-GB', '"><img src=x onerror=alert(1)>',
    '\'><svg/onload=alert(1)>', '`onmouseover=alert(1)', '&quot;onclick=x', '&lt;b&gt;', '</title><b>', '-->',
    ']]>', '\u2028', '\uFFFE', '\u0000', 'a\rb\r\nc', '&#0;&#x80;&#xFFFF;&#xD800;', '&amp;lt;', '', ' ',
    'http://[::1]/', 'http://\u00fc.example/\u00fc', 'http:', 'https:page', 'blob:x', 'file:///etc/passwd',
    'ftp://x/', 'cid:a', 'feed:x', '//', 'http://', 'width:1px;height:1px', 'a', 'I', 'row', '2026-11-20',
];
const texts = [
    'text', ' ', '\n', '\n\n', '\r', '\r\n', '\t', '\f', '\u0000', '\u0001', '\u007f', '\u00a0', '<', '>', '&', '"',
    "'", '`', '< b', '</', '<>', '</>', '<!', '<?', '&amp;', '&lt;script&gt;', '&#60;b&#62;', '&notit;', '&am',
    'p;', '&#x3c', '&#13;', '&#10;', '&nbsp;', '&NewLine;', '&Tab;', '\uFFFE', '\uFFFF', '\uFEFF', '\u3002',
    '<!-- c -->', '<!-->', '<!--->', '<!-- -- > --!>', '<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE html>',
    '<?xml version="1.0"?>', '<?php echo 1 ?>', '</ x>', '<!x>', '<% x %>', '{{x}}', '\ud83d\ude00', 'a&b<c>d',
    '<img/src=x/onerror=alert(1)>', '<svg><style><img src=x onerror=alert(1)></style>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<a href="x', '<p title=\'', '<script>x</scr',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>', '<b title=a"b\'c>',
    '<select><template><b></select>', '<table><td><p></table>', '<a><table><td><a>', '<p><table><p>',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">', '<textarea></textarea ><b>',
    '<title><!--</title><img src=x onerror=alert(1)>-->', '<xmp><p></xmp>', '<iframe/src=//www.youtube.com/embed/x>',
];

function fragmentFrom(random) {
    const pick = (list) => list[Math.floor(random() * list.length)];
    const quoteds = [(v) => `"${v}"`, (v) => `'${v}'`, (v) => v, (v) => `"${v}`, (v) => ` = "${v}"`];
    const attribute = () => {
        const form = random();
        if (form < 0.1) return pick(attributes);
        const written = form < 0.9 ? quoteds[Math.floor(random() * 3)] : pick(quoteds);
        return `${pick(attributes)}=${written(pick(values))}`;
    };
    const startTag = (name) => {
        let tag = '<' + name;
        for (let left = Math.floor(random() * 4); left > 0; --left) {
            tag += pick([' ', ' ', ' ', '\n', '/', '\t', '']) + attribute();
        }
        return tag + pick(['>', '>', '>', '>', '>', '/>', ' />', ' ', '']);
    };
    const pool = random() < 0.4 ? structural : elements;  // the dense ones find tree trouble
    const opened = [];
    let html = '';
    for (let left = 1 + Math.floor(random() * 30); left > 0; --left) {
        const kind = random();
        if (kind < 0.45) {
            opened.push(pick(pool));
            html += startTag(opened.at(-1));
        } else if (kind < 0.6) {
            html += `</${opened.length && random() < 0.7 ? opened.pop() : pick(pool)}${pick(['>', '>', '>', ' x>', ''])}`;
        } else if (kind < 0.63) {
            html += startTag(pick(structural)).repeat(1 + Math.floor(random() * 300));  // deep
        } else {
            html += pick(texts);
        }
    }
    return html.replaceAll('\u0000', random() < 0.5 ? '' : '\u0001');  // zero bytes part the batch
}

// --- judgement -----------------------------------------------------------------------------------

const urlAttributes = new Set(['href', 'src', 'cite', 'poster']);

function isSafeUrl(element, attribute, value) {
    if (/^https?:\/\/./.test(value) || /^https?:\/\/./i.test(value)) return true;
    if (/^mailto:/i.test(value)) return element === 'a' || attribute === 'cite';
    return element === 'img' && /^data:image\/(png|jpe?g|gif|webp);base64,/i.test(value);
}

function* foreignIn(node) {
    const waiting = [...node.childNodes];
    while (waiting.length) {
        const child = waiting.pop();
        if (child.nodeName === '#text') continue;
        const allowed = allowedAttributes.get(child.nodeName);
        if (!allowed || child.namespaceURI !== 'http://www.w3.org/1999/xhtml') {
            yield `<${child.nodeName}>`;
            continue;
        }
        for (const {name, value} of child.attrs) {
            if (!allowed.has(name)) yield `<${child.nodeName} ${name}>`;
            if (urlAttributes.has(name) && !isSafeUrl(child.nodeName, name, value)) {
                yield `<${child.nodeName} ${name}=${JSON.stringify(value)}>`;
            }
            if (name === 'srcset' && !value.split(', ').every((url) => /^https?:\/\/\S+( [\d.]+[wxh])?$/i.test(url))) {
                yield `srcset=${JSON.stringify(value)}`;
            }
        }
        waiting.push(...child.childNodes);
    }
}

const voidElements = new Set(['br', 'col', 'hr', 'img', 'source', 'wbr']);
const escapes = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;'};

/// The tree in the spelling of our writer: if the parser moved, added or closed anything, it shows.
function written(node) {
    if (node.nodeName === '#text') return node.value.replace(/[&<>]/g, (c) => escapes[c]);
    const inside = node.childNodes.map(written).join('');
    if (node.nodeName === '#document-fragment') return inside;
    const attributes = node.attrs.map(
        ({name, value}) => ` ${name}="${value.replace(/[&<>"'`]/g, (c) => escapes[c])}"`);
    const start = `<${node.nodeName}${attributes.join('')}>`;
    if (voidElements.has(node.nodeName)) return start;
    // The parser drops a line feed after <pre>; one that is meant has another before it.
    const dropped = node.nodeName === 'pre' && inside.startsWith('\n') ? '\n' : '';
    return `${start}${dropped}${inside}</${node.nodeName}>`;
}

function* faultsIn(output) {
    const fragment = parseFragment(output);
    for (const foreign of foreignIn(fragment)) yield `as a fragment: ${foreign}`;
    const page = parse(output);
    const root = page.childNodes.find((node) => node.nodeName === 'html');
    const [head, body] = root.childNodes;
    if (page.childNodes.length !== 1 || head.childNodes.length || root.attrs.length || body.attrs.length) {
        yield 'as a page: something beside the body';
    }
    for (const foreign of foreignIn(body)) yield `as a page: ${foreign}`;
    if (written(fragment) !== output) yield 'the tree is not what the tags say';
    if (/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/.test(output)) yield 'a character that XML cannot carry';
}

function sanitizeAll(program, fragments) {
    const run = spawnSync(program, ['sanitize', '--null', '--base-url', baseUrl], {
        input: fragments.join('\u0000'), maxBuffer: 2 ** 30, encoding: 'utf8',
    });
    if (run.error || run.status !== 0) {
        console.error(run.error ?? `${program} ended with ${run.status ?? run.signal}: ${run.stderr}`);
        process.exit(2);
    }
    return run.stdout.split('\u0000');
}

const {values: options, positionals} = parseArgs({
    options: {count: {type: 'string', default: '60000'}, seed: {type: 'string', default: '1'}},
    allowPositionals: true,
});
const program = positionals[0] ?? 'build/release/tributary';
const random = randomFrom(Number(options.seed));
const most = 10;
let faults = 0;
let hostile = 0;

function report(input, output, fault) {
    if (++faults > most) return;
    console.log(`${fault}\n  in:  ${JSON.stringify(input)}\n  out: ${JSON.stringify(output)}`);
}

for (let done = 0; done < Number(options.count); done += batchSize) {
    const size = Math.min(batchSize, Number(options.count) - done);
    const fragments = Array.from({length: size}, () => fragmentFrom(random));
    const outputs = sanitizeAll(program, fragments);
    const again = sanitizeAll(program, outputs);
    if (outputs.length !== size || again.length !== size) {
        console.error(`${size} fragments in, ${outputs.length} out`);
        process.exit(2);
    }
    outputs.forEach((output, at) => {
        for (const _ of foreignIn(parseFragment(fragments[at]))) ++hostile;
        for (const fault of faultsIn(output)) report(fragments[at], output, fault);
        if (again[at] !== output) report(output, again[at], 'cleaning twice changes it');
    });
}
console.log(`${options.count} fragments (seed ${options.seed}): ${hostile} foreign elements and attributes ` +
            `went in, ${faults} faults came out`);
process.exit(faults ? 1 : 0);
