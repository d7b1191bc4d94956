#include "base/date_words.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace tributary {
namespace {

// One row a month; one language after the other: English, German, French, Spanish, Italian,
// Portuguese, Dutch, Danish and Norwegian, Swedish, Finnish, Polish, Czech, Hungarian, Romanian,
// Turkish, Greek, Russian, Ukrainian. A word that means two months is left out or goes to the
// larger language; folded, as fold_word does it. Some are misspelt in well-known feeds.
constexpr std::array<std::string_view, 12> month_names{
    "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari tammikuu "
    "tammikuuta tammi styczeń stycznia sty leden ledna led január ianuarie ian ocak oca ιανουάριος "
    "ιανουαρίου ιαν январь января янв січень січня січ",
    "february feb februar février fevrier févr fevr fév fev febrero febbraio fevereiro februari "
    "helmikuu helmikuuta helmi luty lutego lut únor února úno február februári febr februarie "
    "şubat "
    "şub φεβρουάριος φεβρουαρίου φεβ февраль февраля фев лютий лютого лют",
    "march mar märz maerz mär mrz mars marzo março marco maart mrt marts maaliskuu maaliskuuta "
    "maalis marzec marca březen března bře március márc már martie mart μάρτιος μαρτίου μαρ μάρ "
    "μάώ μαώ март марта мар березень березня бер",
    "april apr avril avr abril abr aprile huhtikuu huhtikuuta huhti kwiecień kwietnia kwi duben "
    "dubna dub április ápr aprilie nisan nis απρίλιος απριλίου απρ апрель апреля апр квітень "
    "квітня кві",
    "may mai mayo maggio mag maio mei maj toukokuu toukokuuta touko květen května kvě május máujus "
    "máj mayıs μάιος μαΐου μάι μάϊ μαϊ μαι май мая травень травня тра",
    "june jun juni juin junio giugno giu junho kesäkuu kesäkuuta kesä czerwiec czerwca cze červen "
    "června čvn június jún iunie iun haziran haz ιούνιος ιουνίου ιούν ιουν ιον июнь июня июн "
    "червень червня чер",
    "july jul juli juillet juil julio luglio lug julho heinäkuu heinäkuuta heinä lipiec lipca lip "
    "červenec července čvc július júl iulie iul temmuz tem ιούλιος ιουλίου ιούλ ιουλ ιολ июль июля "
    "июл липень липня лип",
    "august aug août aout aoû agosto ago augusti augustus elokuu elokuuta elo sierpień sierpnia "
    "sie "
    "srpen srpna srp augusztus ağustos ağu αύγουστος αυγούστου αύγ αυγ август августа авг серпень "
    "серпня сер",
    "september sep sept septembre septiembre setiembre settembre set setembro syyskuu syyskuuta "
    "syys wrzesień września wrz září zář szeptember szept septembrie eylül eyl σεπτέμβριος "
    "σεπτεμβρίου σεπ сентябрь сентября сен сент вересень вересня вер",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuu lokakuuta loka "
    "październik października paź říjen října říj október octombrie ekim eki οκτώβριος οκτωβρίου "
    "οκτ октябрь октября окт жовтень жовтня жов",
    "november nov novembre noviembre novembro marraskuu marraskuuta marras listopad listopadu lis "
    "noiembrie kasım kas νοέμβριος νοεμβρίου νοέ νοε ноябрь ноября ноя нояб листопад листопада "
    "лис",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des "
    "joulukuu joulukuuta joulu grudzień grudnia gru prosinec prosince pro decembrie aralık ara "
    "δεκέμβριος δεκεμβρίου δεκ декабрь декабря дек грудень грудня гру",
};

constexpr std::array<std::string_view, 7> weekday_names{
    "sun sunday",
    "mon monday",
    "tue tues tuesday",
    "wed weds wednesday",
    "thu thur thurs thursday",
    "fri friday",
    "sat saturday",
};

struct Zone {
    std::string_view name;
    int minutes;
};

// Where a name has several meanings, the one that most feeds mean: CST and EST are American.
constexpr auto zones = std::to_array<Zone>({
    {"ut", 0},     {"utc", 0},     {"gmt", 0},     {"wet", 0},    {"west", 60},  {"bst", 60},
    {"cet", 60},   {"mez", 60},    {"met", 60},    {"wat", 60},   {"cest", 120}, {"mest", 120},
    {"mesz", 120}, {"eet", 120},   {"sast", 120},  {"cat", 120},  {"eest", 180}, {"idt", 180},
    {"msk", 180},  {"trt", 180},   {"eat", 180},   {"irst", 210}, {"msd", 240},  {"gst", 240},
    {"pkt", 300},  {"ist", 330},   {"npt", 345},   {"ict", 420},  {"wib", 420},  {"awst", 480},
    {"hkt", 480},  {"sgt", 480},   {"myt", 480},   {"pht", 480},  {"jst", 540},  {"kst", 540},
    {"acst", 570}, {"aest", 600},  {"acdt", 630},  {"aedt", 660}, {"nzst", 720}, {"nzdt", 780},
    {"brt", -180}, {"art", -180},  {"nst", -210},  {"ndt", -150}, {"ast", -240}, {"adt", -180},
    {"clt", -240}, {"est", -300},  {"edt", -240},  {"et", -300},  {"cst", -360}, {"cdt", -300},
    {"ct", -360},  {"mst", -420},  {"mdt", -360},  {"mt", -420},  {"pst", -480}, {"pdt", -420},
    {"pt", -480},  {"akst", -540}, {"akdt", -480}, {"hst", -600},
});

/// Whether `word` stands in a list of words with one space between them.
bool contains_word(std::string_view list, std::string_view word) {
    for (std::size_t at = list.find(word); at != std::string_view::npos;
         at = list.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' '))
            return true;
    }
    return false;
}

template <std::size_t size>
int row_with(const std::array<std::string_view, size>& rows, std::string_view word) {
    const auto row = std::ranges::find_if(
        rows, [&](std::string_view list) { return contains_word(list, word); });
    return row == rows.end() ? -1 : static_cast<int>(row - rows.begin());
}

/// The lower case of a letter of Latin-1, Greek or Cyrillic; other code points as they are.
constexpr char32_t lower(char32_t c) {
    if (c < 0x80) return static_cast<char32_t>(ascii_lower(static_cast<char>(c)));
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 0x20;
    if (c >= 0x100 && c <= 0x137) return c | 1;  // Latin Extended-A stands in pairs
    if (c >= 0x139 && c <= 0x148) return c + (c & 1);
    if (c >= 0x14A && c <= 0x177) return c | 1;
    if (c == 0x179 || c == 0x17B || c == 0x17D) return c + 1;
    if (c == 0x386) return 0x3AC;
    if (c >= 0x388 && c <= 0x38A) return c + 0x25;
    if (c >= 0x391 && c <= 0x3AB) return c + 0x20;
    if (c >= 0x400 && c <= 0x40F) return c + 0x50;
    if (c >= 0x410 && c <= 0x42F) return c + 0x20;
    return c;
}

}  // namespace

std::string fold_word(std::string_view word) {
    std::string out;
    out.reserve(word.size());
    for (std::size_t at = 0; at < word.size(); ++at) {
        const auto lead = static_cast<unsigned char>(word[at]);
        const bool is_pair = lead >= 0xC3 && lead <= 0xD1 && at + 1 < word.size();
        if (is_pair) {
            const auto tail = static_cast<unsigned char>(word[++at]);
            append_utf8(out, lower(static_cast<char32_t>((lead & 0x1F) << 6 | (tail & 0x3F))));
        } else {
            out += ascii_lower(word[at]);
        }
    }
    return out;
}

int month_of(std::string_view word) {
    return word.size() < 3 ? 0 : row_with(month_names, word) + 1;
}

int weekday_of(std::string_view word) {
    return word.size() < 3 ? -1 : row_with(weekday_names, word);
}

std::optional<std::chrono::minutes> zone_of(std::string_view word) {
    if (word.size() == 1 && word[0] >= 'a' && word[0] <= 'z') return std::chrono::minutes{0};
    const auto zone = std::ranges::find(zones, word, &Zone::name);
    if (zone == zones.end()) return std::nullopt;
    return std::chrono::minutes{zone->minutes};
}

}  // namespace tributary
