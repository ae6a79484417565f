//! The page that stands in for a Mini App that was not built.

use crate::files::Missing;

/// What is missing and how to get it, in Russian and English. Without styles: there is no file of
/// styles, and the content policy takes none from inside a page.
pub(crate) fn page(why: Missing) -> String {
    let (russian, english) = match why {
        Missing::Skipped => (
            "его собрали с <code>TORG_WEB=skip</code>",
            "it was built with <code>TORG_WEB=skip</code>",
        ),
        Missing::NoNode => (
            "на машине, где его собирали, нет Node 20.19 или новее с npm",
            "there was no Node 20.19 or later with npm where it was built",
        ),
        Missing::Failed => (
            "при сборке мини-приложения случилась ошибка; сборка её показала",
            "building the Mini App failed; the build has shown why",
        ),
    };
    format!(
        r#"<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Torg</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>Мини-приложения здесь нет</h1>
<p>Программа Torg работает, но без мини-приложения и панели: {russian}.</p>
<p>Установите <a href="https://nodejs.org/" rel="noopener">Node 20.19 или новее</a> и соберите программу заново: <code>make web</code>. API работает и так.</p>
<hr>
<div lang="en">
<h1>The Mini App is not here</h1>
<p>Torg is running, but without its Mini App and admin panel: {english}.</p>
<p>Install <a href="https://nodejs.org/" rel="noopener">Node 20.19 or later</a> and build again: <code>make web</code>. The API works all the same.</p>
</div>
</body>
</html>
"#
    )
}
