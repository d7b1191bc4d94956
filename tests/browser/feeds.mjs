// Feeds of every format that hold a payload wherever a publisher may write something. `put(field)`
// gives the payload with a number of its own, `address(field)` likewise a URL that runs.

const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);
const cdata = (text) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

function atom({text, url}) {
    const person = (role) => `<${role}><name>${text(role + ' name')}</name><uri>${url(role + ' uri')}</uri>` +
        `<email>${text(role + ' email')}</email></${role}>`;
    const entry = (name, inside) => `<entry><id>${text(name + ' id')}</id>
        <updated>2026-11-20T09:00:00Z</updated><link href="${url(name + ' link')}"/>${inside}</entry>`;
    return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:thr="http://purl.org/syndication/thread/1.0"
    xml:lang="${text('feed lang')}">
<id>${text('feed id')}</id><title type="html">${text('feed title')}</title><subtitle type="html">${text('subtitle')}</subtitle>
<updated>2026-11-20T09:00:00Z</updated><logo>${url('logo')}</logo><icon>${url('icon')}</icon>
<rights type="html">${text('rights')}</rights><generator uri="${url('generator')}">${text('generator')}</generator>
<link href="${url('feed link')}"/><link rel="hub" href="${url('hub')}"/>${person('author')}
${entry('texts', `<title type="html">${text('title as html')}</title><summary type="html">${text('summary as html')}</summary>
    <content type="html">${text('content as html')}</content><rights type="html">${text('entry rights')}</rights>${person('author')}${person('contributor')}
    <category term="${text('term')}" scheme="${url('scheme')}" label="${text('label')}"/>`)}
${entry('plain', `<title type="text">${text('title as text')}</title><summary>${text('summary as text')}</summary>
    <content type="text">${text('content as text')}</content>`)}
${entry('xhtml', `<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${text('title as xhtml')}</div></title>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${text('content as xhtml')}</div></content>
    <link rel="enclosure" href="${url('enclosure')}" type="${text('enclosure type')}" title="${text('enclosure title')}"/>
    <link rel="related" href="${url('related')}"/><link rel="via" href="${url('via')}"/><link rel="license" href="${url('license')}"/>
    <link rel="replies" href="${url('replies')}"/><thr:in-reply-to ref="${text('reply ref')}" href="${url('reply href')}"/>
    <source><id>${text('source id')}</id><title type="html">${text('source title')}</title><link href="${url('source link')}"/>
    <icon>${url('source icon')}</icon><logo>${url('source logo')}</logo><subtitle>${text('source subtitle')}</subtitle></source>
    <media:group><media:title type="html">${text('media title')}</media:title><media:description type="html">${text('media description')}</media:description>
    <media:content url="${url('media url')}" type="${text('media type')}" medium="${text('medium')}"/><media:thumbnail url="${url('thumbnail')}"/></media:group>`)}
</feed>`;
}

function rss({text, url, raw}) {
    const item = (name, inside) => `<item><title>${text(name + ' title')}</title><link>${url(name + ' link')}</link>
        <guid isPermaLink="${name === 'permalink'}">${name === 'permalink' ? url('guid') : text('guid')}</guid>${inside}</item>`;
    return `<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:psc="http://podlove.org/simple-chapters"
    xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
    xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:cc="http://backend.userland.com/creativeCommonsRssModule"><channel>
<title>${text('channel title')}</title><link>${url('channel link')}</link><description>${text('channel description')}</description>
<language>${text('language')}</language><copyright>${text('copyright')}</copyright><managingEditor>${text('editor')}</managingEditor>
<generator>${text('generator')}</generator><category domain="${url('domain')}">${text('channel category')}</category>
<image><url>${url('image url')}</url><title>${text('image title')}</title><link>${url('image link')}</link></image>
<itunes:image href="${url('itunes image')}"/><itunes:author>${text('itunes author')}</itunes:author>
<textInput><title>${text('input title')}</title><link>${url('input link')}</link></textInput>
${item('texts', `<description>${text('description')}</description><content:encoded>${raw('content encoded')}</content:encoded>
    <author>${text('author')}</author><dc:creator>${text('creator')}</dc:creator><category domain="${text('domain')}">${text('category')}</category>
    <enclosure url="${url('enclosure')}" length="${text('length')}" type="${text('enclosure type')}"/>
    <source url="${url('source url')}">${text('source')}</source><comments>${url('comments')}</comments>
    <wfw:commentRss>${url('comment feed')}</wfw:commentRss><pubDate>${text('date')}</pubDate><cc:license>${url('license')}</cc:license>`)}
${item('permalink', `<description>${raw('description alone')}</description>
    <media:content url="${url('media content')}" type="${text('media type')}"><media:title>${text('media content title')}</media:title>
    <media:description>${text('media content description')}</media:description></media:content><media:credit role="${text('role')}">${text('credit')}</media:credit>
    <media:thumbnail url="${url('thumbnail')}"/><media:player url="${url('player')}"/><media:title>${text('media title')}</media:title>
    <media:description type="html">${text('media description')}</media:description><media:keywords>${text('media keywords')}</media:keywords>
    <media:copyright>${text('media copyright')}</media:copyright><media:rating>${text('media rating')}</media:rating>
    <itunes:title>${text('itunes title')}</itunes:title><itunes:author>${text('itunes author')}</itunes:author>
    <itunes:subtitle>${text('itunes subtitle')}</itunes:subtitle><itunes:summary>${raw('itunes summary')}</itunes:summary>
    <itunes:image href="${url('itunes image')}"/><itunes:keywords>${text('itunes keywords')}</itunes:keywords>
    <podcast:person href="${url('person link')}" img="${url('person image')}" role="${text('person role')}">${text('person')}</podcast:person>
    <podcast:transcript url="${url('transcript')}" type="${text('transcript type')}"/><podcast:location geo="${text('geo')}">${text('location')}</podcast:location>
    <podcast:soundbite startTime="1" duration="2">${text('soundbite')}</podcast:soundbite><podcast:license>${text('podcast license')}</podcast:license>
    <psc:chapters><psc:chapter start="1" title="${text('chapter')}" href="${url('chapter link')}"/></psc:chapters>`)}
</channel></rss>`;
}

function rdf({text, url, raw}) {
    return `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="${url('about')}"><title>${text('channel title')}</title><link>${url('channel link')}</link>
<description>${text('channel description')}</description><dc:rights>${text('rights')}</dc:rights></channel>
<image><title>${text('image title')}</title><url>${url('image url')}</url></image>
<item rdf:about="${text('item about')}"><title>${text('title')}</title><link>${url('link')}</link><description>${text('description')}</description>
<content:encoded>${raw('content encoded')}</content:encoded><dc:creator>${text('creator')}</dc:creator><dc:subject>${text('subject')}</dc:subject>
<dc:source>${text('source')}</dc:source><dc:date>${text('date')}</dc:date></item></rdf:RDF>`;
}

function json({put, address}) {
    const people = [{name: put('author name'), url: address('author url'), avatar: address('avatar')}];
    const item = (name, more) => ({
        id: put(name + ' id'), url: address(name + ' url'), external_url: address('external url'), title: put(name + ' title'),
        summary: put('summary'), image: address('image'), banner_image: address('banner'), authors: people, language: put('language'),
        tags: [put('tag')], date_published: put('date'), _mark: {text: put('extension')},
        attachments: [{url: address('attachment'), mime_type: put('mime type'), title: put('attachment title')}], ...more,
    });
    return JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1', title: put('feed title'), description: put('description'),
        home_page_url: address('home'), feed_url: address('feed url'), icon: address('icon'), favicon: address('favicon'),
        authors: people, language: put('feed language'), user_comment: put('comment'), hubs: [{type: put('hub'), url: address('hub url')}],
        items: [item('html', {content_html: put('content html')}), item('text', {content_text: put('content text')})],
    });
}

/// Markup where text belongs: nothing is escaped, so that the document is broken, too.
const bare = ({put}) => `<rss version="2.0"><channel><title>Bare ${put('title')}</title><item><guid>bare</guid>
<title>${put('item title')}</title><description>${put('description')}</description></item></channel></rss>`;
const bareAtom = ({put}) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>Bare</title><entry><title>Bare entry</title>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${put('content')}</div></content></entry></feed>`;

/// The documents that hold the payload: {name, type, body}.
export function feedsOf(put, address) {
    const fields = (name) => {
        const own = (kind) => (field) => kind(`${name}: ${field}`);
        return {put: own(put), address: own(address), text: (f) => escaped(own(put)(f)), url: (f) => escaped(own(address)(f)),
                raw: (f) => cdata(own(put)(f))};
    };
    return [
        {name: 'atom', type: 'application/atom+xml', body: atom(fields('Atom'))},
        {name: 'rss', type: 'application/rss+xml', body: rss(fields('RSS'))},
        {name: 'rdf', type: 'application/rdf+xml', body: rdf(fields('RDF'))},
        {name: 'json', type: 'application/feed+json', body: json(fields('JSON Feed'))},
        {name: 'bare', type: 'text/xml', body: bare(fields('bare RSS'))},
        {name: 'bare-atom', type: 'text/xml', body: bareAtom(fields('bare Atom'))},
    ];
}
