"""Vietnamese first, English second; clocks show Vietnam's time."""

from pathlib import Path

_source = Path(__file__).resolve().parents[2]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = sorted(str(folder) for folder in _source.glob("**/locale") if folder.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True
