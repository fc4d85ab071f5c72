#!/bin/sh
# Dovecot's fts_decoder: without argument the list of what becomes text; with a content
# type, standard input to text. Needs unzip, and poppler-utils for PDF.
if [ -z "$1" ]; then
  office=application/vnd.openxmlformats-officedocument
  open=application/vnd.oasis.opendocument
  printf '%s\n' 'application/pdf pdf' \
    "$office.wordprocessingml.document docx" \
    "$office.spreadsheetml.sheet xlsx" \
    "$office.presentationml.presentation pptx" \
    "$open.text odt" "$open.spreadsheet ods" "$open.presentation odp" ''
  exit 0
fi
file=$(mktemp) || exit 1
trap 'rm -f "$file"' EXIT
cat > "$file"
text() { unzip -p "$file" "$1" 2>/dev/null | /usr/lib/dovecot/xml2text; echo; }
case $1 in
  application/pdf) timeout 20 pdftotext -enc UTF-8 "$file" - 2>/dev/null ;;
  *wordprocessingml*) text word/document.xml ;;
  *spreadsheetml*) text xl/sharedStrings.xml ;;
  *presentationml*) text 'ppt/slides/*.xml' ;;
  *oasis.opendocument*) text content.xml ;;
esac
exit 0
