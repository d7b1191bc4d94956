#include "feed/charset.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <string>

namespace tributary::feed {
namespace {

using enum Charset::Kind;

// WHATWG Encoding 4.2, with the forms of Python and IANA that are met too; below it, what browsers
// do not read but old feeds are written in.
constexpr auto charsets = std::to_array<Charset>({
    {"utf-8", "UTF-8", utf8,
     "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf_8 u8"},
    {"windows-1252", "CP1252", windows_1252,
     "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
     "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 latin-1 us-ascii usascii us windows-1252 "
     "windows1252 x-cp1252 ansi_x3.4-1986 iso646-us ansi"},
    {"windows-1250", "CP1250", single_byte, "cp1250 windows-1250 windows1250 x-cp1250"},
    {"windows-1251", "CP1251", single_byte, "cp1251 windows-1251 windows1251 x-cp1251 win-1251"},
    {"windows-1253", "CP1253", single_byte, "cp1253 windows-1253 windows1253 x-cp1253"},
    {"windows-1254", "CP1254", single_byte,
     "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 "
     "latin5 windows-1254 windows1254 x-cp1254"},
    {"windows-1255", "CP1255", single_byte, "cp1255 windows-1255 windows1255 x-cp1255"},
    {"windows-1256", "CP1256", single_byte, "cp1256 windows-1256 windows1256 x-cp1256"},
    {"windows-1257", "CP1257", single_byte, "cp1257 windows-1257 windows1257 x-cp1257"},
    {"windows-1258", "CP1258", single_byte, "cp1258 windows-1258 windows1258 x-cp1258"},
    {"windows-874", "CP874", single_byte,
     "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 tis620 windows-874 cp874"},
    {"iso-8859-2", "ISO-8859-2", single_byte,
     "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
    {"iso-8859-3", "ISO-8859-3", single_byte,
     "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
    {"iso-8859-4", "ISO-8859-4", single_byte,
     "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
    {"iso-8859-5", "ISO-8859-5", single_byte,
     "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
     "iso_8859-5:1988"},
    {"iso-8859-6", "ISO-8859-6", single_byte,
     "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
     "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
    {"iso-8859-7", "ISO-8859-7", single_byte,
     "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
     "iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
    {"iso-8859-8", "ISO-8859-8", single_byte,
     "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i "
     "iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual"},
    {"iso-8859-10", "ISO-8859-10", single_byte,
     "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"iso-8859-13", "ISO-8859-13", single_byte, "iso-8859-13 iso8859-13 iso885913 iso_8859-13"},
    {"iso-8859-14", "ISO-8859-14", single_byte, "iso-8859-14 iso8859-14 iso885914 iso_8859-14"},
    {"iso-8859-15", "ISO-8859-15", single_byte,
     "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin9 latin-9"},
    {"iso-8859-16", "ISO-8859-16", single_byte, "iso-8859-16 iso8859-16 iso_8859-16"},
    {"koi8-r", "KOI8-R", single_byte, "cskoi8r koi koi8 koi8-r koi8_r"},
    {"koi8-u", "KOI8-U", single_byte, "koi8-ru koi8-u koi8_u"},
    {"macintosh", "MACINTOSH", single_byte, "csmacintosh mac macintosh x-mac-roman mac-roman"},
    {"x-mac-cyrillic", "MAC-CYRILLIC", single_byte,
     "x-mac-cyrillic x-mac-ukrainian mac-cyrillic maccyrillic"},
    {"ibm866", "CP866", single_byte, "866 cp866 csibm866 ibm866"},
    {"gb18030", "GB18030", multi_byte,
     "gb18030 chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk "
     "euc-cn cp936 ms936 gb18030-2000"},
    {"big5", "BIG5-HKSCS", multi_byte,
     "big5 big5-hkscs cn-big5 csbig5 x-x-big5 big5hkscs big5-tw cp950 ms950"},
    {"euc-jp", "EUC-JP-MS", multi_byte, "cseucpkdfmtjapanese euc-jp x-euc-jp eucjp ujis"},
    {"shift_jis", "CP932", multi_byte,
     "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis s_jis cp932"},
    {"euc-kr", "CP949", multi_byte,
     "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
     "ksc_5601 windows-949 euckr cp949 ms949 uhc"},
    {"iso-2022-jp", "ISO-2022-JP-3", stateful, "csiso2022jp iso-2022-jp iso2022-jp iso2022jp"},
    {"utf-16be", "UTF-16BE", utf16, "unicodefffe utf-16be utf_16_be utf16be"},
    {"utf-16le", "UTF-16LE", utf16,
     "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le utf16 utf_16 u16 "
     "utf_16_le utf16le"},
    {"utf-32be", "UTF-32BE", utf32, "utf-32be utf_32_be utf32be"},
    {"utf-32le", "UTF-32LE", utf32,
     "utf-32 utf-32le utf32 utf_32 u32 utf_32_le utf32le ucs-4 iso-10646-ucs-4"},
    {"iso-2022-kr", "ISO-2022-KR", stateful, "iso-2022-kr csiso2022kr iso2022kr"},
    {"johab", "JOHAB", multi_byte, "johab cp1361 ms1361"},
    {"cp437", "CP437", single_byte, "437 cp437 ibm437 cspc8codepage437"},
    {"cp737", "CP737", single_byte, "737 cp737"},
    {"cp775", "CP775", single_byte, "775 cp775 ibm775"},
    {"cp850", "CP850", single_byte, "850 cp850 ibm850"},
    {"cp852", "CP852", single_byte, "852 cp852 ibm852"},
    {"cp855", "CP855", single_byte, "855 cp855 ibm855"},
    {"cp857", "CP857", single_byte, "857 cp857 ibm857"},
    {"cp858", "CP858", single_byte, "858 cp858 ibm858"},
    {"cp860", "CP860", single_byte, "860 cp860 ibm860"},
    {"cp861", "CP861", single_byte, "861 cp861 ibm861"},
    {"cp862", "CP862", single_byte, "862 cp862 ibm862"},
    {"cp863", "CP863", single_byte, "863 cp863 ibm863"},
    {"cp864", "CP864", single_byte, "864 cp864 ibm864"},
    {"cp865", "CP865", single_byte, "865 cp865 ibm865"},
    {"cp869", "CP869", single_byte, "869 cp869 ibm869"},
    {"x-mac-ce", "MAC-CENTRALEUROPE", single_byte, "x-mac-ce maclatin2 mac-latin2"},
    {"hp-roman8", "HP-ROMAN8", single_byte, "hp-roman8 roman8 r8 cp1051 ibm1051"},
    {"ptcp154", "PT154", single_byte, "ptcp154 pt154 csptcp154 cp154 cyrillic-asian"},
    {"koi8-t", "KOI8-T", single_byte, "koi8-t"},
    {"viscii", "VISCII", single_byte, "viscii csviscii"},
});

bool has_label(const Charset& charset, std::string_view label) {
    const std::string_view labels = charset.labels;
    for (std::size_t at = labels.find(label); at != std::string_view::npos;
         at = labels.find(label, at + 1)) {
        const std::size_t end = at + label.size();
        if ((at == 0 || labels[at - 1] == ' ') && (end == labels.size() || labels[end] == ' '))
            return true;
    }
    return false;
}

}  // namespace

const Charset* charset_of(std::string_view label) {
    const std::string folded = to_lower(trim(label));
    constexpr std::size_t longest = 24;
    if (folded.empty() || folded.size() > longest || folded.find(' ') != std::string::npos)
        return nullptr;
    const auto found = std::ranges::find_if(
        charsets, [&](const Charset& charset) { return has_label(charset, folded); });
    return found == charsets.end() ? nullptr : found;
}

}  // namespace tributary::feed
