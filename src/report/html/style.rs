//! How the page looks: in both colour schemes, on a phone, on paper.

/// The one sheet of the page. Colours have a contrast of at least 4.5 to 1 for words and 3 to 1 for
/// drawings.
pub(super) const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--soft:#5a5a62;--line:#c9c9d1;--stripe:#f4f4f7;--link:#1f5c99;--bar:#3978a8}
@media (prefers-color-scheme:dark){:root{--ink:#ececf1;--paper:#17171b;--soft:#b0b0ba;--line:#45454e;--stripe:#212127;--link:#8ec1f0;--bar:#4f8fc0}}
*{box-sizing:border-box}
body{max-width:64rem;margin:0 auto;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.25}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
h3{margin-top:2rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
main:focus{outline:none}
.skip{position:absolute;left:-100vw}
.skip:focus{position:static}
nav ul{padding-left:1.25rem;columns:20rem}
nav li{padding:.25rem 0;break-inside:avoid}
.suppressed{color:var(--soft)}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{overflow-wrap:break-word;padding:.375rem .75rem;border:1px solid var(--line);text-align:right;vertical-align:top}
td{white-space:nowrap}
thead th{vertical-align:bottom;min-width:5rem}
thead th[scope=colgroup]{text-align:center}
tbody th{position:sticky;left:0;background:var(--paper);text-align:left;font-weight:normal;min-width:8rem;max-width:20rem}
tbody tr:nth-child(even)>*{background:var(--stripe)}
figure{margin:1rem 0 2rem;max-width:44rem;break-inside:avoid}
figcaption{font-weight:600}
svg{display:block;width:100%;font-size:.875rem}
svg text{fill:var(--ink)}
svg rect{fill:var(--bar)}
svg .whisker{stroke:var(--ink);stroke-width:2}
svg .zero{stroke:var(--soft)}
@media (max-width:30rem){body{padding:.75rem}th,td{padding:.25rem .5rem}tbody th{min-width:6rem;max-width:40vw}svg{font-size:.8125rem}}
@media (forced-colors:active){svg text{fill:CanvasText}svg rect{fill:GrayText}svg .whisker,svg .zero{stroke:CanvasText}}
@media print{:root{--ink:#000;--paper:#fff;--soft:#444;--line:#999;--stripe:#fff;--link:#000;--bar:#777}body{max-width:none;padding:0;font-size:10pt}.skip,nav{display:none}.scroll{overflow:visible}table{font-size:8pt}thead{display:table-header-group}tr,h2,h3,caption{break-inside:avoid;break-after:avoid}tr{break-after:auto}tbody th{position:static}}
";

/// By which the page's policy knows [`STYLE`] and refuses any other.
pub(super) const STYLE_HASH: &str = "sha256-V8fMKEaGO1jl/Oa3LpyLw/XlUjG3/8QHMd/Xp76c7Nc=";

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_hash_is_that_of_the_sheet() {
        let hash = data_encoding::BASE64.encode(&Sha256::digest(STYLE));
        assert_eq!(STYLE_HASH, format!("sha256-{hash}"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    }
}
